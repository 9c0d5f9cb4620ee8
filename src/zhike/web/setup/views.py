"""The first run: one page behind a one-time address, then the first data."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhike.domain.accounts import queries
from zhike.flows import first_run
from zhike.flows.playbooks import SHIPPED, Playbook, PlaybookError, read
from zhike.kernel import clock, requests
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.permission import requires
from zhike.web.playbooks import Card, card, read_upload
from zhike.web.setup.forms import OWN, SetupForm


@sensitive_post_parameters("password")
@login_not_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Company, administrator, playbook; done, the code is dead and the administrator signed in."""
    now = clock.now()
    queries.open_setup_code(code, now=now)
    form = SetupForm(request.POST, request.FILES) if request.method == "POST" else SetupForm()
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            playbook = read_upload(said["file"]) if said["playbook"] == OWN else _shipped(said["playbook"])
            person = first_run.set_up(
                company=said["company"],
                email=said["email"],
                name=said["name"],
                password=said["password"],
                playbook=playbook,
                now=now,
                code=code,
            )
        except PlaybookError as error:
            problems = [str(problem) for problem in error.problems]
            form.add_error("file", "")
        except Refused as refusal:
            refused(form, refusal)
        else:
            login(request, person)
            return redirect("setup:next")
    context = {
        "code": code,
        "form": form,
        "cards": _cards(get_language() or "zh-hans"),
        "chosen": form["playbook"].value(),
        "problems": problems,
    }
    return render(request, "setup/page.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters("password")
@login_not_required
@require_POST
def password(request: HttpRequest, code: str) -> HttpResponse:
    """What is still wrong with the password that is being typed."""
    queries.open_setup_code(code, now=clock.now())
    typed = request.POST.get("password", "")
    faults: list[str] = []
    try:
        validate_password(typed)
    except ValidationError as error:
        faults = list(error.messages)
    return render(request, "setup/_password.html", {"faults": faults, "typed": bool(typed)})


@login_not_required
@require_POST
def demo(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the demo company instead of an own one; a worker loads it."""
    now = clock.now()
    queries.open_setup_code(code, now=now)
    work = requests.ask("demo", arguments={}, actor=None, now=now)
    return redirect("setup:demo_progress", code=code, pk=work.pk)


@login_not_required
@require_safe
def demo_progress(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """How far the demo company is; at the end, how to sign in to it."""
    queries.setup_code(code, now=clock.now())
    context = {"code": code, "work": requests.find(pk, "demo")}
    template = "setup/_demo.html" if request.headers.get("HX-Request") else "setup/demo.html"
    return render(request, template, context)


@require_safe
@requires("setting", "view")
def next_steps(request: StaffRequest) -> HttpResponse:
    """The company is there, its customers are not yet."""
    context = {"company": queries.company(), "playbook": _current_card()}
    return render(request, "setup/next.html", context)


def _current_card() -> Card | None:
    key = queries.company().playbook
    return card(_shipped(key)) if key in SHIPPED else None


@cache
def _shipped(name: str) -> Playbook:
    return read(name)


@cache
def _cards(language: str) -> list[Any]:
    return [card(_shipped(name)) for name in SHIPPED]
