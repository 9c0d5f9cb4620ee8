"""What the Today page can be narrowed to."""

from __future__ import annotations

from django import forms

from zhike.domain.commitments.queries.board import Source

EVERYBODY = "all"
DONE, FELL_DUE, ESCALATED = "done", "fell-due", "escalated"
SECTIONS = ("overdue", "due-today", "this-week", "later", "snoozed")


class SelectionForm(forms.Form):
    """Whose promises, from which source, to customers of which tier; `show` opens one list whole."""

    owner = forms.RegexField(rf"^({EVERYBODY}|\d{{1,18}})$", required=False)
    source = forms.ChoiceField(choices=[("", ""), *((source, source) for source in Source)], required=False)
    tier = forms.CharField(max_length=40, required=False)
    show = forms.ChoiceField(
        choices=[(show, show) for show in ("", DONE, FELL_DUE, ESCALATED, *SECTIONS)], required=False
    )

    def chosen(self) -> dict[str, str]:
        """What was chosen, by field; what makes no sense counts as nothing."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
