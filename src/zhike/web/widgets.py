"""Form controls that Django lacks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.urls import reverse_lazy


class DayInput(forms.DateInput):
    """The browser's own calendar, which takes a day in one form only, whatever language the reader reads."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class RemoteSelect(forms.Select):
    """A picker that asks the server while the person types, instead of carrying every choice in the page.

    The address answers `GET ?q=…` with `{"results": [{"value": 7, "text": "…", "hint": "…"}]}`.
    Only the choice already made is rendered. `depends_on` names another field whose value is sent along.
    """

    def __init__(self, *, url_name: str, depends_on: str = "", attrs: dict[str, Any] | None = None) -> None:
        remote: dict[str, Any] = {"data-remote": reverse_lazy(url_name)}
        if depends_on:
            remote["data-depends-on"] = depends_on
        super().__init__(attrs={**remote, **(attrs or {})})

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """The empty choice and what is chosen; with a model behind the field, one query for that row alone."""
        chosen = [item for item in value if item not in ("", None)]
        everything = self.choices
        picked: list[tuple[Any, Any]]
        if isinstance(everything, ModelChoiceIterator):
            label = everything.field.label_from_instance
            picked = [(row.pk, label(row)) for row in everything.queryset.filter(pk__in=chosen)] if chosen else []
        else:
            picked = [(key, text) for key, text in everything if str(key) in chosen]
        self.choices = [("", ""), *picked]
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = everything
