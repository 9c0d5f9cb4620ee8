"""The styleguide: while developing for everyone, in a running company for its administrators."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template, render_to_string
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from zhike.kernel import clock
from zhike.web.styleguide import samples
from zhike.web.toasts import toast


def _admit(request: HttpRequest) -> None:
    user = request.user
    if not settings.DEBUG and not (user.is_authenticated and user.may("setting", "edit")):
        raise Http404


@login_not_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """All samples, each drawn and as the lines that drew it."""
    _admit(request)
    context = samples.context(clock.now())
    sections = [(title, [_sample(name, context, request) for name in names]) for title, names in samples.SECTIONS]
    return render(request, "styleguide/page.html", {"sections": sections})


def _sample(name: str, context: dict[str, object], request: HttpRequest) -> dict[str, str]:
    template = f"styleguide/_{name}.html"
    with open(get_template(template).origin.name, encoding="utf-8") as file:  # type: ignore[attr-defined]
        source = file.read()
    return {"name": name, "drawn": render_to_string(template, context, request), "source": source}


@login_not_required
@require_GET
def piece(request: HttpRequest, name: str) -> HttpResponse:
    """What the panel, the window and the tab of the samples fetch."""
    _admit(request)
    if name not in samples.PIECES:
        raise Http404
    return render(request, f"styleguide/{samples.PIECES[name]}.html", samples.context(clock.now()))


@login_not_required
@require_GET
def choices(request: HttpRequest) -> JsonResponse:
    """Answers for the sample picker, found by name."""
    _admit(request)
    people = [("7", "陈晓明", "华东大区"), ("8", "李雪", "华东大区"), ("9", "王建国", "华南大区")]
    typed = request.GET.get("q", "")
    return JsonResponse(
        {"results": [{"value": pk, "text": name, "hint": place} for pk, name, place in people if typed in name]}
    )


@login_not_required
@require_POST
def undone(request: HttpRequest) -> HttpResponse:
    """Where the sample toast's way back leads."""
    _admit(request)
    toast(request, "已撤销。")
    return HttpResponseClientRefresh()
