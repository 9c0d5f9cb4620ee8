"""People: who is here, what they may do, and how they come in and go."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from zhike.domain.accounts import queries, services
from zhike.domain.accounts.models import User
from zhike.kernel import clock
from zhike.kernel.errors import Refused
from zhike.web.http import StaffRequest, refused
from zhike.web.people.forms import InvitationForm, PersonForm
from zhike.web.permission import requires
from zhike.web.settings.sections import settings_page
from zhike.web.toasts import toast


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


@require_http_methods(["GET", "POST"])
@requires("person", "create")
def new(request: StaffRequest) -> HttpResponse:
    """Invite somebody; what comes next is their page, with the link to hand over."""
    initial = {"department": request.GET.get("department"), "language": User.Language.CHINESE}
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.invite_person(**form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("%(name)s is here. Now hand over the link to choose a password.") % {"name": person.name})
            return redirect("people:page", pk=person.pk)
    status = 422 if form.errors else 200
    return settings_page(request, "people/new.html", {"form": form}, route="people:list", status=status)


@require_http_methods(["GET", "POST"])
@requires("person", "view", to_change="edit")
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """One person: name, department, roles, and whether they can sign in."""
    person = queries.person(pk)
    initial = {"name": person.name, "department": person.department_id, "roles": person.roles.all()}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_person(person=person, **form.cleaned_data, actor=request.user, now=clock.now())
        except Refused as refusal:
            refused(form, refusal)
        else:
            toast(request, _("Saved: %(name)s's rights follow at once.") % {"name": person.name})
            return redirect("people:page", pk=pk)
    may_edit = request.user.may("person", "edit")
    context = {
        "person": person,
        "form": form,
        "may_edit": may_edit,
        "is_self": person.pk == request.user.pk,
        "link": _password_link(request, person) if may_edit and _awaits_password(person) else "",
    }
    status = 422 if form.errors else 200
    return settings_page(request, "people/page.html", context, route="people:list", status=status)


@require_http_methods(["POST", "DELETE"])
@requires("person", "edit")
def access(request: StaffRequest, pk: int) -> HttpResponse:
    """POST lets a person in again, DELETE shuts them out; either takes the other back."""
    person = queries.person(pk)
    if request.method == "DELETE":
        services.disable_person(person=person, actor=request.user, now=clock.now())
        sentence = _("%(name)s can no longer sign in.") % {"name": person.name}
        toast(request, sentence, undo=reverse("people:access", args=[pk]))
    else:
        services.enable_person(person=person, actor=request.user, now=clock.now())
        toast(request, _("%(name)s can sign in again.") % {"name": person.name})
    return HttpResponseClientRefresh()


@require_POST
@requires("person", "edit")
def invitation(request: StaffRequest, pk: int) -> HttpResponse:
    """Void a password, so that the person's page shows a link to choose another."""
    services.renew_invitation(person=queries.person(pk), actor=request.user, now=clock.now())
    return HttpResponseClientRefresh()


def _awaits_password(person: User) -> bool:
    return person.is_active and not person.has_usable_password()


def _password_link(request: StaffRequest, person: User) -> str:
    """An address that lets the person choose a password, for three days and once: the token dies with the choice."""
    token = default_token_generator.make_token(person)
    address = {"uidb36": user_pk_to_url_str(person), "key": token}
    return request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=address))
