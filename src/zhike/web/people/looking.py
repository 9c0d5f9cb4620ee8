"""Looking at the pages as another person sees them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhike.domain.accounts import queries, services
from zhike.kernel import clock
from zhike.kernel.errors import NotFound
from zhike.web.http import StaffRequest
from zhike.web.moment import LOOKING_AS
from zhike.web.permission import requires


@require_POST
@requires("person", "edit")
def begin(request: StaffRequest, pk: int) -> HttpResponse:
    """From now on the pages are those of that person."""
    services.begin_looking(person=queries.person(pk), actor=request.user, now=clock.now())
    request.session[LOOKING_AS] = pk
    return redirect("today:page")


@require_POST
def end(request: StaffRequest) -> HttpResponse:
    """The pages are one's own again."""
    person, me = request.user, request.user.seen_by
    if me is None:
        raise NotFound(_("These are your own pages already."))
    del request.session[LOOKING_AS]
    services.end_looking(person=person, actor=me, now=clock.now())
    return redirect("people:page", pk=person.pk)
