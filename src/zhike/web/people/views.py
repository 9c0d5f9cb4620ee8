"""People: who is here, what they may do, and how they come in and go."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import User
from zhike.domain.identity import queries as identity_queries
from zhike.domain.identity import services as identity
from zhike.domain.identity.queries import password_link
from zhike.flows import staffing
from zhike.kernel import clock
from zhike.kernel.errors import Denied, Refused
from zhike.web.accounts.words import sessions_shown
from zhike.web.http import StaffRequest, posted, refused
from zhike.web.people.forms import InvitationForm, PersonForm
from zhike.web.people.grants import grants_shown
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast

MOST_COLLEAGUES = 20


@require_safe
@requires("person", "view")
def listing(request: StaffRequest) -> HttpResponse:
    """The tree of departments with everybody in it."""
    context = {
        "tree": queries.tree(),
        "may_create": request.user.may("person", "create"),
        "may_edit": request.user.may("person", "edit"),
    }
    return settings_page(request, "people/list.html", context, route="people:list")


@require_safe
@requires("person", "view")
def colleagues(request: StaffRequest) -> JsonResponse:
    """Active colleagues for pickers, by name, pinyin, initials or e-mail."""
    found = queries.colleagues_like(request.GET.get("q", "")[:100])[:MOST_COLLEAGUES]
    results = [
        {"value": person.pk, "text": person.name, "hint": person.department.name if person.department else ""}
        for person in found
    ]
    return JsonResponse({"results": results})


@require_http_methods(["GET", "POST"])
@requires("person", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Invite somebody; what comes next is their page, with the link to hand over."""
    initial = {"department": request.GET.get("department"), "language": User.Language.CHINESE}
    form = InvitationForm(posted(request), initial=initial, may_secure=request.user.may("security", "edit"))
    if request.method == "POST" and form.is_valid():
        try:
            person = services.invite_person(**{"roles": (), **form.cleaned_data}, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(name)s is here. Now hand over the link to choose a password.") % {"name": person.name})
            return redirect("people:page", pk=person.pk)
    status = 422 if form.errors else 200
    return settings_page(request, "people/new.html", {"form": form}, route="people:list", status=status)


@require_http_methods(["GET", "POST"])
@requires("person", "view")
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: name and department, roles, and whether they can sign in, each for those who look after it."""
    person = queries.person(pk)
    may_edit, may_secure = request.user.may("person", "edit"), request.user.may("security", "edit")
    initial = {"name": person.name, "department": person.department_id, "roles": person.roles.all()}
    form = PersonForm(posted(request), initial=initial, may_edit=may_edit, may_secure=may_secure)
    if request.method == "POST" and not (may_edit or may_secure):
        raise Denied(_("Your role does not include this. Ask your administrator if you need it."))
    if request.method == "POST" and form.is_valid():
        said = {"roles": person.roles.all(), **form.cleaned_data}
        try:
            followed = staffing.move_person(person=person, **said, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            words = {"name": person.name, "customers": followed}
            followed_too = _("Saved: %(name)s's rights follow at once, and %(customers)s customers.")
            toast(request, (followed_too if followed else _("Saved: %(name)s's rights follow at once.")) % words)
            return redirect("people:page", pk=pk)
    may_hand_over_link = identity_queries.may_hand_over_link(request.user)
    protection = identity_queries.protection(person, now=clock.now()) if may_secure else None
    context = {
        "person": person,
        "form": form,
        "may_edit": may_edit,
        "may_secure": may_secure,
        "is_self": person.pk == request.user.pk,
        "protection": protection,
        "sessions": sessions_shown(protection.sessions) if protection else [],
        "grants": grants_shown(person) if may_secure else [],
        "may_hand_over": request.user.may("customer", "assign"),
        "may_look": person.pk != request.user.pk
        and services.may_look(request.user, queries.person(pk).at(clock.now())),
        "may_hand_over_link": may_hand_over_link,
        "link": _password_link(request, person) if may_hand_over_link and _awaits_password(person) else "",
    }
    status = 422 if form.errors else 200
    return settings_page(request, "people/page.html", context, route="people:list", status=status)


@require_http_methods(["POST", "DELETE"])
@requires("security", "edit")
def access(request: StaffRequest, pk: int) -> HttpResponse:
    """POST lets a person in again, DELETE shuts out one who keeps and owes nothing; either takes the other back."""
    person = queries.person(pk)
    if request.method == "DELETE":
        staffing.let_go(person=person, heir=None, actor=request.user, now=clock.now())
        sentence = _("%(name)s can no longer sign in.") % {"name": person.name}
        toast(request, sentence, undo=reverse("people:access", args=[pk]))
    else:
        services.enable_person(person=person, actor=request.user, now=clock.now())
        toast(request, _("%(name)s can sign in again.") % {"name": person.name})
    return HttpResponseClientRefresh()


@require_POST
@requires("security", "edit")
def invitation(request: StaffRequest, pk: int) -> HttpResponse:
    """Void a password, so that the person's page shows a link to choose another to whoever may hand it over."""
    identity.void_password(person=queries.person(pk), actor=request.user, now=clock.now())
    return HttpResponseClientRefresh()


@require_http_methods(["DELETE"])
@requires("security", "edit")
def lock(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person try again at once who got it wrong too often."""
    person = queries.person(pk)
    identity.unlock_person(person=person, actor=request.user, now=clock.now())
    toast(request, _("%(name)s may try again at once.") % {"name": person.name})
    return HttpResponseClientRefresh()


@require_http_methods(["DELETE"])
@requires("security", "edit")
def second_factor(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a lost second factor away."""
    person = queries.person(pk)
    identity.reset_second_factor(person=person, actor=request.user, now=clock.now())
    toast(
        request,
        _("%(name)s signs in with the password alone until a new second factor is turned on.") % {"name": person.name},
    )
    return HttpResponseClientRefresh()


@require_http_methods(["DELETE"])
@requires("security", "edit")
def sessions(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere."""
    person = queries.person(pk)
    identity.end_sessions(person=person, actor=request.user, now=clock.now())
    toast(request, _("%(name)s is signed out everywhere.") % {"name": person.name})
    return HttpResponseClientRefresh()


@require_http_methods(["DELETE"])
@requires("security", "edit")
def session(request: StaffRequest, pk: int, key: str) -> HttpResponse:
    """Sign one of a person's browsers out."""
    identity.end_session(person=queries.person(pk), key=key, actor=request.user, now=clock.now())
    toast(request, _("That device is signed out."))
    return HttpResponseClientRefresh()


def _awaits_password(person: User) -> bool:
    return person.is_active and not person.has_usable_password()


def _password_link(request: StaffRequest, person: User) -> str:
    """An address that lets the person choose a password, for three days and once: the token dies with the choice."""
    return request.build_absolute_uri(password_link(person))
