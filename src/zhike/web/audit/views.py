"""The trail for those who watch over it: everybody's doings, one line of them, the chain's state, an export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.domain.accounts import rules
from zhike.domain.accounts.models import ExportRequest, User
from zhike.domain.accounts.queries import is_ready, own_export, own_exports, people
from zhike.domain.customers.models import Customer
from zhike.flows import auditing, history
from zhike.gateways.spreadsheets.formulas import guarded
from zhike.kernel import clock, trail
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Denied, NotFound, Refused
from zhike.kernel.models import Activity
from zhike.kernel.trail.guard import KEPT_BY_LAW
from zhike.web.audit.forms import ExportForm, FilterForm, KeepingForm
from zhike.web.audit.words import KINDS, VERBS, changes, record_of, schemes, told
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast

SIZE = 50
MOST_OWN = 20


@require_safe
@requires("audit", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """A page of the trail, the latest first, as the address says."""
    form = FilterForm(request.GET)
    filters = form.filters()
    page = auditing.lines(
        request.user,
        filters=filters,
        size=SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    known = schemes()
    context = {
        "lines": [told(line, page.numbers, page.people, known) for line in page.rows],
        "after": page.after,
        "before": page.before,
        "filters": filters,
        "query": urlencode({name: value for name, value in request.GET.items() if name not in ("after", "before")}),
        "choices": _choices(),
        "chain": _chain(),
        "may_export": request.user.may("audit", "export"),
        "is_narrowed": bool(filters.words()),
    }
    return render(request, "audit/list.html", context)


@require_safe
@requires("audit", "view")
def line(request: StaffRequest, number: int) -> HttpResponse:
    """One line: who, when, what, and what was before and after."""
    found = auditing.line(request.user, number)
    if found is None:
        raise NotFound(_("There is no such line; lines go when their time is over."))
    numbers = auditing.numbers_of((found,))
    context = {
        "told": told(found, numbers, auditing.people_of((found,)), schemes()),
        "customer": Customer.objects.for_user(request.user).present().filter(pk=found.customer_id or 0).first(),
        "changes": changes(found, shows_amounts=request.user.may("finance", "view")),
        "mac": bytes(found.mac).hex(),
        "seal": auditing.seal_of(found),
        "may_return": found.verb == "deleted"
        and found.kind in ("customer", "contact")
        and request.user.may(found.kind, "delete"),
    }
    return render(request, "audit/_line.html" if request.htmx else "audit/line.html", context)


@require_POST
@requires("audit", "view")
def return_(request: StaffRequest, number: int) -> HttpResponse:
    """Bring back the customer or contact that was deleted with that line, for those who may delete it."""
    customer = history.bring_back(line_number=number, actor=request.user, now=clock.now())
    toast(request, _("%(name)s is back.") % {"name": customer.number})
    return redirect("customers:page", number=customer.number)


@require_http_methods(["GET", "POST"])
@requires("audit", "export")
def export(request: StaffRequest) -> HttpResponseBase:
    """Ask for the lines that the address narrows to; the file comes at once, or once a second person agrees."""
    form = ExportForm(posted(request))
    filters, now = FilterForm(request.GET).filters(), clock.now()
    if request.method == "POST" and form.is_valid():
        try:
            asked = auditing.ask_for_lines(request.user, filters=filters, reason=form.cleaned_data["reason"], now=now)
        except Refused as refusal:
            refused(form, refusal)
        else:
            if asked.is_approved:
                return _file(asked, request.user, now=now)
            toast(request, _("%(rows)s lines: a second person has to approve this first.") % {"rows": asked.rows})
            return redirect("audit:export")
    context = {
        "form": form,
        "query": request.GET.urlencode(),
        "narrowing": filters.words(),
        "most": rules.MOST_EXPORTED_ALONE,
        "asked": [(row, is_ready(row, now=now)) for row in own_exports(request.user, "audit")[:MOST_OWN]],
    }
    template = "audit/_export.html" if request.htmx else "audit/export.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
@requires("audit", "export")
def file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file of an export that a second person has approved, once."""
    return _file(own_export(request.user, pk, "audit"), request.user, now=clock.now())


@require_http_methods(["GET", "POST"])
def keeping(request: StaffRequest) -> HttpResponse:
    """For how long the trail is kept; whoever looks after access may change it, within what the law wants."""
    may_view, may_edit = request.user.may("audit", "view"), request.user.may("security", "edit")
    if not (may_view or may_edit):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    form = KeepingForm(posted(request), initial={"days": trail.days_kept()})
    if request.method == "POST" and form.is_valid():
        try:
            auditing.keep_for(request.user, days=form.cleaned_data["days"], now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("audit:keeping")
    context = {
        "form": form,
        "may_view": may_view,
        "may_edit": may_edit,
        "days": trail.days_kept(),
        "least": KEPT_BY_LAW,
        "chain": _chain() if may_view else None,
    }
    return settings_page(
        request, "audit/keeping.html", context, route="audit:keeping", status=422 if form.errors else 200
    )


def _chain() -> dict[str, Any]:
    head = trail.head()
    return {
        "head": trail.head_text(head) if head else "",
        "sealed_at": head.at if head else None,
        "verified": trail.last_verification(),
        "waiting": auditing.waiting(),
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "people": [(auditing.NOBODY, _("The system")), *((str(each.pk), each.name) for each in people())],
        "kinds": [(key, str(name)) for key, name in KINDS.items()],
        "verbs": [(key, str(VERBS.get(key, key))) for key in auditing.verbs()],
    }


def _file(asked: ExportRequest, reader: User, *, now: datetime) -> StreamingHttpResponse:
    _count, rows = auditing.hand_out_asked(asked, actor=reader, now=now)
    here = now.astimezone(COMPANY_ZONE)
    mark = _("Exported by %(person)s at %(time)s") % {"person": reader.name, "time": f"{here:%Y-%m-%d %H:%M}"}
    response = StreamingHttpResponse(_text(rows, mark), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="zhike-trail-{here:%Y%m%d-%H%M}.csv"'
    return response


class _Echo:
    """A file that gives each row back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _text(rows: Iterator[Activity], mark: str) -> Iterator[str]:
    write = csv.writer(_Echo()).writerow
    heads = [pgettext("the trail", "Number"), pgettext("the trail", "Time"), pgettext("the trail", "Person")]
    heads += [pgettext("the trail", "Verb"), pgettext("the trail", "Subject"), _("Note"), _("Before → after"), mark]
    yield "\ufeff" + write(heads)
    for row in rows:
        shown = [f"{each.label}: {each.before} → {each.after}" for each in changes(row, shows_amounts=False)]
        cells = [
            f"{row.at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M:%S}",
            row.actor.name if row.actor else _("The system"),
            str(VERBS.get(row.verb, row.verb)),
            record_of(row, {}, {}, {}),
            row.note,
            "; ".join(shown),
        ]
        yield write([row.pk, *(guarded(cell) for cell in cells)])
