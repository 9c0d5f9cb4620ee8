"""Masked values shown for a reason: the reasons that are offered, and the form that takes one."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhike.kernel.sensitivity import Sight

REASONS: Final = (
    _("Call or visit agreed"),
    _("The customer asked to be contacted"),
    _("A promise is due"),
    _("To check or correct the data"),
)
"""What people most often need it for; anything else can be typed."""


REVEALED_TO_EDIT: Final = "edit"
"""The reason that the trail keeps where a form was opened that shows values in full."""


def reason_given(posted: QueryDict) -> str:
    """The reason that was picked, else the one that was typed."""
    return posted.get("reason") or posted.get("typed", "")


def opened_by_reveal(sight: Sight, row: Any) -> list[str]:
    """The fields of the row that hold something and that only a reveal shows."""
    still_hidden = sight.revealed().show(row).masked
    return [name for name in sight.show(row).masked if name not in still_hidden]


class MaskedFields(forms.ModelForm):  # type: ignore[type-arg]  # takes no type at run time
    """A form that does not show what its reader may not see: such a field is empty, and left as it is unless filled."""

    def mask(self, sight: Sight) -> None:
        """Hide what this sight hides, a mask standing in the empty field."""
        self.untouched: set[str] = set()
        model = type(self.instance)
        for name, field in self.fields.items():
            value = getattr(self.instance, name, None)
            if sight.hides(model, name, value):
                self.initial[name] = None
                field.required = False
                field.widget.attrs["placeholder"] = sight.of(model, name, value)
                self.untouched.add(name)

    def touched(self, typed: dict[str, Any]) -> dict[str, Any]:
        """What was typed, without the hidden fields that nobody filled in."""
        return {name: value for name, value in typed.items() if value or name not in self.untouched}
