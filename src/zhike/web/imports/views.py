"""The pages of imports. One address a batch: it shows whatever the batch is at, and can be left and come back to."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.imports import queries, services
from zhike.domain.imports.models import Batch, Kind
from zhike.flows.intake import arrival
from zhike.flows.intake.consequences import ownerless_of
from zhike.flows.intake.corrections import hand_out_corrections
from zhike.flows.intake.templates import write_template
from zhike.flows.intake.withdrawal import kept_records
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.imports.forms import ColumnsForm, FileForm
from zhike.web.imports.progress import progress_of
from zhike.web.permission import requires
from zhike.web.toasts import toast

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PROBLEMS_SHOWN = 50
Status = Batch.Status


@require_safe
@requires("import", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """The files that came in, the latest first."""
    return render(
        request,
        "imports/list.html",
        {"batches": queries.batches(request.user), "may_import": request.user.may("import", "create")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("import", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Upload a file: its columns are guessed, and the next page shows them."""
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind", Kind.ORDERS)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = arrival.take_in(
                data["file"].chunks(),
                kind=data["kind"],
                name=data["file"].name,
                actor=request.user,
                now=clock.now(),
                token=data["token"],
            )
            return redirect("imports:page", batch.pk)
        except Denied:
            raise
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
    context = {"form": form, "kinds": Kind.choices}
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@require_safe
@requires("import", "create")
def template(request: StaffRequest, kind: str) -> HttpResponse:
    """An empty workbook with the headings of a kind and a second sheet that explains them."""
    if kind not in Kind.values:
        raise Http404
    content = BytesIO()
    write_template(kind, content)
    return _download(content, f"zhike-{kind}.xlsx")


@require_safe
@requires("import", "view")
def page(request: StaffRequest, number: int) -> HttpResponse:
    """What the batch is at: columns to choose, progress, a check to look at, or the result."""
    batch = queries.batch(request.user, number)
    if batch.status == Status.DRAFT:
        return redirect("imports:columns", batch.pk)
    context: dict[str, Any] = {
        "batch": batch,
        "progress": progress_of(batch),
        "step": 3 if batch.is_dry_run else 4,
        "may_undo": request.user.may("import", "delete"),
        "may_evaluate": request.user.may("tier", "approve"),
    }
    if batch.status in (Status.CHECKED, Status.DONE, Status.FAILED):
        shown, _more = queries.problems(request.user, batch, PROBLEMS_SHOWN)
        reads_file = queries.reads_file(request.user, batch)
        context |= {
            "problems": shown,
            "notices": queries.notices(request.user, batch, PROBLEMS_SHOWN),
            "fields": queries.mapped_labels(batch),
            "preview": batch.outline.get("preview", []) if reads_file else [],
            "reads_file": reads_file,
            "is_mine": batch.is_of(request.user),
            "has_written": queries.has_written(batch),
            "ownerless": ownerless_of(batch),
        }
    if batch.status == Status.UNDONE:
        context["kept"] = kept_records(batch, request.user)
    return render(request, "imports/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("import", "view", to_change="create")
def columns(request: StaffRequest, number: int) -> HttpResponse:
    """Choose the columns; saving them asks for a check, another sheet shows its own columns."""
    batch = queries.batch_to_run(request.user, number)
    if batch.status not in (Status.DRAFT, Status.CHECKED, Status.FAILED):
        return redirect("imports:page", batch.pk)
    form = ColumnsForm(request.POST or None, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            is_other_sheet = form.chosen_sheet != batch.sheet
            arrival.choose(
                batch,
                mapping=form.mapping,
                sheet=form.chosen_sheet,
                creates_missing=form.creates_missing,
                actor=request.user,
                now=clock.now(),
            )
            return redirect("imports:columns" if is_other_sheet else "imports:page", batch.pk)
        except Refused as refusal:
            refused(form, refusal)
    return render(request, "imports/columns.html", {"batch": batch, "form": form}, status=422 if form.errors else 200)


@require_POST
@requires("import", "create")
def run(request: StaffRequest, number: int) -> HttpResponse:
    """Import what has been checked. Asking twice is asking once."""
    batch = services.queue(
        batch=queries.batch_to_run(request.user, number), is_dry_run=False, actor=request.user, now=clock.now()
    )
    return redirect("imports:page", batch.pk)


@require_safe
@requires("import", "view")
def progress(request: StaffRequest, number: int) -> HttpResponse:
    """How far it has come; the page is loaded anew once there is something else to show."""
    batch = queries.batch(request.user, number)
    if batch.status not in Batch.AT_WORK:
        return HttpResponseClientRefresh()
    return render(request, "imports/_progress.html", {"batch": batch, "progress": progress_of(batch)})


@require_safe
@requires("import", "view")
def problems(request: StaffRequest, number: int) -> HttpResponse:
    """Every problem of the batch, a page at a time by row."""
    batch = queries.batch(request.user, number)
    after = request.GET.get("after", "")
    found, more = queries.problems(
        request.user, batch, PROBLEMS_SHOWN * 4, after=int(after) if after.isdecimal() else 0
    )
    context = {"batch": batch, "problems": found, "next": f"?after={more}" if more else ""}
    return render(request, "imports/problems.html", context)


@require_safe
@requires("import", "view")
def corrections(request: StaffRequest, number: int) -> HttpResponse:
    """The refused rows as a workbook, with the reasons, to mend and upload."""
    batch = queries.batch(request.user, number)
    content = BytesIO()
    hand_out_corrections(batch, content, actor=request.user, now=clock.now())
    return _download(content, f"zhike-{batch.pk}-to-mend.xlsx")


@require_POST
@requires("import", "delete")
def undo(request: StaffRequest, number: int) -> HttpResponse:
    """Take the import back; a worker does it, the page shows how far it is."""
    batch = services.queue_undo(
        batch=queries.batch(request.user, number, "delete"), actor=request.user, now=clock.now()
    )
    return HttpResponseClientRefresh() if request.htmx else redirect("imports:page", batch.pk)


@require_POST
@requires("import", "create")
def removal(request: StaffRequest, number: int) -> HttpResponse:
    """Forget an upload that has written nothing."""
    batch = queries.batch(request.user, number, "create")
    arrival.forget(batch)
    toast(request, _("%(file)s was put away; nothing had been written.") % {"file": batch.file_name})
    return redirect(reverse("imports:list"))


def _download(content: BytesIO, name: str) -> HttpResponse:
    answer = HttpResponse(content.getvalue(), content_type=WORKBOOK)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
