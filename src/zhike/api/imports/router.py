"""Imports: list, one with its progress, upload, problems, corrections, undo."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile

from zhike.api.imports.schemas import ImportIn, ImportOut, ImportPage, ProblemPage
from zhike.api.lists import Paging, page
from zhike.api.problems import PROBLEMS
from zhike.api.security import CallerRequest
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch, Kind
from zhike.domain.imports.queries import batch, problem_lines
from zhike.flows.intake.corrections import hand_out_corrections
from zhike.flows.intake.programs import queue_file
from zhike.kernel import clock
from zhike.kernel.errors import Denied

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_WRITTEN: Final[Mapping[str, frozenset[str]]] = {
    Kind.CUSTOMERS: frozenset({"customer"}),
    Kind.CONTACTS: frozenset({"contact"}),
    Kind.ORDERS: frozenset({"order"}),
    Kind.INTERACTIONS: frozenset({"interaction", "commitment"}),
}
"""The kinds of record that a file of each kind makes and changes, besides the customers that were missing."""

router = Router(tags=["imports"])


class ImportQuery(Schema):
    """Narrows the list."""

    kind: Kind | None = None
    status: Batch.Status | None = None


@router.get("/", response={200: ImportPage, **PROBLEMS}, summary="List imports")
def list_imports(request: CallerRequest, narrowing: Query[ImportQuery], paging: Paging) -> dict[str, Any]:
    """Imports that the token's person may see, by id."""
    rows: QuerySet[Batch] = Batch.objects.for_user(request.auth)
    rows = rows.filter(**{name: value for name, value in narrowing.model_dump().items() if value is not None})
    return page(rows, paging, lambda kept: kept.select_related("made_by"))


@router.post("/", response={202: ImportOut, **PROBLEMS}, summary="Import a file")
def queue_import(request: CallerRequest, payload: Form[ImportIn], file: File[UploadedFile]) -> Status[Batch]:
    """Takes a file of at most 20 MB in and queues it; read the import again to see how far it is."""
    _refuse_other_kinds(request, payload.kind, creates_missing=payload.create_missing)
    queued = queue_file(
        _path(file),
        kind=payload.kind,
        name=file.name or "",
        columns=payload.mapping,
        sheet=payload.sheet,
        creates_missing=payload.create_missing,
        is_dry_run=payload.dry_run,
        actor=request.auth,
        now=clock.now(),
    )
    return Status(202, queued)


@router.get("/{int:import_id}/", response={200: ImportOut, **PROBLEMS}, summary="Read an import")
def read_import(request: CallerRequest, import_id: int) -> Batch:
    """Its progress and its counts."""
    return batch(request.auth, import_id)


@router.delete("/{int:import_id}/", response={202: ImportOut, **PROBLEMS}, summary="Undo an import")
def undo_import(request: CallerRequest, import_id: int) -> Status[Batch]:
    """Asks for what it wrote to be taken back; records that have changed since stay."""
    found = batch(request.auth, import_id, "delete")
    _refuse_other_kinds(request, found.kind, creates_missing=found.creates_missing)
    return Status(202, services.queue_undo(batch=found, actor=request.auth, now=clock.now()))


@router.get("/{int:import_id}/problems/", response={200: ProblemPage, **PROBLEMS}, summary="List an import's problems")
def list_problems(request: CallerRequest, import_id: int, paging: Paging) -> dict[str, Any]:
    """What could not be used, from the top of the file down."""
    found = batch(request.auth, import_id)
    rows = page(found.problems.all(), paging, key="row")
    return {**rows, "items": problem_lines(request.auth, found, rows["items"])}


@router.get(
    "/{int:import_id}/errors.xlsx",
    response=PROBLEMS,
    summary="Read the rows to mend",
    openapi_extra={
        "responses": {
            200: {
                "description": "A workbook of the refused rows with the reasons: mended, it can be imported as it is.",
                "content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def read_corrections(request: CallerRequest, import_id: int) -> HttpResponse:
    """The refused rows under the file's own headings."""
    target = BytesIO()
    hand_out_corrections(batch(request.auth, import_id), target, actor=request.auth, now=clock.now())
    response = HttpResponse(target.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="import-{import_id}-errors.xlsx"'
    return response


def _refuse_other_kinds(request: CallerRequest, kind: str, *, creates_missing: bool) -> None:
    """A token for some kinds of record brings in no others: the worker writes for its person, who may do more.

    Raises Denied.
    """
    written = _WRITTEN[kind] | ({"customer"} if creates_missing else set())
    token = request.auth.token
    if token is not None and not all(token.lets(each, "create") for each in written):
        raise Denied(_("This token is not meant for these records. Settings → API tokens makes one that is."))


def _path(file: UploadedFile) -> Path:
    assert isinstance(file, TemporaryUploadedFile)  # what the settings' only upload handler makes
    return Path(file.temporary_file_path())
