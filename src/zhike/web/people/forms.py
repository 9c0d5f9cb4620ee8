"""Forms about people and departments: they check what was typed, services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zhike.domain.accounts import queries
from zhike.domain.accounts.models import Department, Role, User, in_reader_language


class DepartmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A department, shown in its place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, moved in by as much as the department lies below the top."""
        return "\u3000" * int(obj.path.count("/") - 1) + str(obj.name)


class RoleChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Any number of roles."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        """The role's name in the reader's language."""
        return in_reader_language(obj.name, get_language() or "zh-hans") or str(obj.key)


class PersonForm(forms.Form):
    """A person's name, place and roles."""

    name = forms.CharField(label=_("Full name"), max_length=80)
    department = DepartmentChoice(
        label=_("Department"), queryset=Department.objects.all(), empty_label=_("none"), required=False
    )
    roles = RoleChoices(
        label=_("Roles"),
        queryset=Role.objects.order_by("pk"),
        help_text=_("Several roles add up: the widest permission of any of them counts."),
        error_messages={"required": _("Choose at least one role: without one a person may see nothing.")},
    )
    customers_follow = forms.BooleanField(
        label=_("In another department, the customers come along"), required=False, initial=True
    )

    def __init__(
        self,
        data: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        may_edit: bool = True,
        may_secure: bool = True,
    ) -> None:
        super().__init__(data, initial=initial)
        if not may_secure:
            del self.fields["roles"]
        if not may_edit:
            self.fields.pop("customers_follow", None)
            self.fields["name"].disabled = self.fields["department"].disabled = True


class InvitationForm(PersonForm):
    """A new person, who signs in with the e-mail address."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("The person signs in with this address."))
    language = forms.ChoiceField(label=_("Language"), choices=User.Language.choices, widget=forms.RadioSelect)
    field_order = ("name", "email", "department", "roles", "language")
    customers_follow = None  # type: ignore[assignment]  # Django's way to leave an inherited field out


class DepartmentForm(forms.Form):
    """A department's name, its place in the tree, and who leads it."""

    name = forms.CharField(label=pgettext_lazy("a thing", "Name"), max_length=80)
    parent = DepartmentChoice(
        label=_("Belongs to"), queryset=Department.objects.all(), empty_label=_("at the top"), required=False
    )
    head = forms.ModelChoiceField(
        label=_("Head"),
        queryset=User.objects.none(),
        empty_label=_("nobody yet"),
        required=False,
        help_text=_("Promises that nobody kept in time are put before the head."),
        widget=forms.Select(attrs={"data-picker": ""}),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["head"].queryset = queries.people().filter(is_active=True)  # type: ignore[attr-defined]
