"""Forms of an import: which file, and which column holds what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhike.domain.imports.models import Batch, Kind
from zhike.domain.imports.rules.fields import FORMS, Field
from zhike.gateways.spreadsheets.limits import BROWSER, MEGABYTE

ENDINGS = ("xlsx", "xlsm", "xls", "csv", "tsv", "txt")


class FileForm(forms.Form):
    """Which file it is and what it holds. `token` makes a form that is sent twice one upload."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the file holds"),
        choices=Kind,
        initial=Kind.ORDERS,
        widget=forms.RadioSelect(attrs={"class": "choices"}),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=255,
        validators=[FileExtensionValidator(ENDINGS)],
        help_text=gettext_lazy(".xlsx, .xls or .csv, up to 20 MB. Headings in Chinese or English; no template needed."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("The file is empty.")},
    )
    token = forms.CharField(max_length=40, widget=forms.HiddenInput, initial=lambda: uuid4().hex)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > BROWSER.file_size:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB; split it, or import it on the server: zhike import.")
                % {"limit": BROWSER.file_size // MEGABYTE}
            )
        file.name = PurePath(file.name or "").name
        return file


class ColumnsForm(forms.Form):
    """For every field of the kind the column that holds it; another sheet; whether missing customers are created."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, batch: Batch) -> None:
        super().__init__(data)
        self.batch = batch
        self.known = FORMS[batch.kind].fields
        self.headings: list[str] = batch.outline.get("headings", [])
        sheets: list[str] = batch.outline.get("sheets", [])
        if len(sheets) > 1:
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet"), choices=[(sheet, sheet) for sheet in sheets], initial=batch.sheet
            )
        choices = [("", _("not in the file")), *((heading, heading) for heading in self.headings)]
        for field in self.known:
            self.fields[field_key(field)] = forms.ChoiceField(
                label=_(field.label), choices=choices, required=False, initial=batch.mapping.get(field.name, "")
            )
        if batch.kind == Kind.ORDERS:
            self.fields["creates_missing"] = forms.BooleanField(
                label=_("Create customers that do not exist yet"),
                required=False,
                initial=batch.creates_missing or batch.status == Batch.Status.DRAFT,
            )

    @property
    def sheet_control(self) -> forms.BoundField | None:
        """The choice of sheets, where there are several."""
        return self["sheet"] if "sheet" in self.fields else None

    @property
    def creation_control(self) -> forms.BoundField | None:
        """The choice to create missing customers, where the kind of file has it."""
        return self["creates_missing"] if "creates_missing" in self.fields else None

    @property
    def chosen_sheet(self) -> str:
        """The sheet that was asked for."""
        return str(self.cleaned_data.get("sheet", self.batch.sheet))

    @property
    def mapping(self) -> dict[str, str]:
        """Field → heading, as chosen."""
        chosen = ((field.name, self.cleaned_data[field_key(field)]) for field in self.known)
        return {name: heading for name, heading in chosen if heading}

    @property
    def creates_missing(self) -> bool:
        """Whether customers that orders speak of are made."""
        return bool(self.cleaned_data.get("creates_missing", False))

    @property
    def unused_headings(self) -> list[str]:
        """The columns of the file that fill no field."""
        used = {self[field_key(field)].value() for field in self.known}
        return [heading for heading in self.headings if heading not in used]

    def rows(self) -> Iterator[tuple[forms.BoundField, Field, str, list[str]]]:
        """For every field its control, the field, how much it is needed, and some of what its column holds."""
        required = FORMS[self.batch.kind].required
        for field in self.known:
            groups = [group for group in required if field.name in group]
            need = "always" if any(len(group) == 1 for group in groups) else "one" if groups else ""
            bound = self[field_key(field)]
            yield bound, field, need, self._samples(str(bound.value() or ""))

    def _samples(self, heading: str) -> list[str]:
        if heading not in self.headings:
            return []
        index = self.headings.index(heading)
        cells = (row[index] for row in self.batch.outline.get("samples", []) if index < len(row))
        return list(dict.fromkeys(cell for cell in cells if cell.strip()))[:3]


def field_key(field: Field) -> str:
    """The name of a field's control; kept apart from the form's own."""
    return f"column-{field.name}"
