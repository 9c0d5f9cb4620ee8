"""People move, go, get rights for a time, and are looked at through their own eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.accounts.models import Grant, Permission, User
from zhike.domain.customers.models import Contact, Customer
from zhike.kernel import clock
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level


def test_whoever_keeps_something_is_disabled_only_with_an_heir(cast: Cast, visit: Visit) -> None:
    zhao, address = visit(cast.zhao), reverse("people:departure", args=[cast.li.pk])
    assert zhao.delete(reverse("people:access", args=[cast.li.pk])).status_code == 422
    assert zhao.post(address, {}).status_code == 422
    assert User.objects.get(pk=cast.li.pk).is_active
    assert zhao.post(address, {"heir": cast.sun.pk}).status_code == 200
    assert not User.objects.get(pk=cast.li.pk).is_active
    assert Customer.everything.get(pk=cast.precision.pk).owner == cast.sun


def test_a_director_hands_everything_over_and_takes_it_back(cast: Cast, visit: Visit) -> None:
    Permission.objects.filter(role__key="sales_director", kind="person", action="view").update(level=Level.ALL)
    chen = visit(cast.chen)
    assert chen.get(reverse("people:hand_over", args=[cast.li.pk])).status_code == 200
    chen.post(reverse("people:hand_over", args=[cast.li.pk]), {"heir": cast.sun.pk})
    assert Customer.everything.get(pk=cast.precision.pk).owner == cast.sun
    last = Activity.objects.filter(verb="assigned").latest("pk")
    chen.post(reverse("customers:undo", args=[last.pk]))
    assert Customer.everything.get(pk=cast.precision.pk).owner == cast.li


@pytest.mark.parametrize("follow", [True, False])
def test_customers_follow_into_another_department_if_told(cast: Cast, visit: Visit, follow: bool) -> None:
    said = {
        "name": cast.li.name,
        "department": cast.south.pk,
        "roles": [role.pk for role in cast.li.roles.all()],
        **({"customers_follow": "on"} if follow else {}),
    }
    visit(cast.zhao).post(reverse("people:page", args=[cast.li.pk]), said)
    assert User.objects.get(pk=cast.li.pk).department == cast.south
    department = Customer.everything.get(pk=cast.precision.pk).department
    assert department == (cast.south if follow else cast.east)


def test_a_right_for_a_time_counts_at_once_and_ends_when_taken_back(cast: Cast, visit: Visit) -> None:
    zhao, li = visit(cast.zhao), visit(cast.li)
    theirs = reverse("customers:page", args=[cast.southern.number])
    assert li.get(theirs).status_code == 404
    until = (clock.local_date(clock.now()) + timedelta(days=3)).isoformat()
    said = {"right": "customer.view", "level": "4", "until": until, "reason": "fair"}
    assert zhao.post(reverse("people:grants", args=[cast.li.pk]), said).status_code == 200
    assert li.get(theirs).status_code == 200
    assert "fair" in zhao.get(reverse("people:page", args=[cast.li.pk])).content.decode()
    grant = Grant.objects.get()
    zhao.delete(reverse("people:grant", args=[cast.li.pk, grant.pk]))
    assert li.get(theirs).status_code == 404


def test_looking_as_somebody_else_shows_their_pages_and_changes_nothing(cast: Cast, visit: Visit) -> None:
    zhao = visit(cast.zhao)
    person = Contact.objects.create(
        customer=cast.precision, name="何丽", phone="13812345678", created_at=NOW, changed_at=NOW
    )
    assert zhao.post(reverse("people:look", args=[cast.li.pk])).status_code == 302
    listing = zhao.get(reverse("customers:list")).content.decode()
    assert cast.precision.name in listing
    assert cast.southern.name not in listing
    assert "looking-banner" in listing
    assert zhao.post(reverse("contacts:reveal", args=[person.pk]), {"reason": "x"}).status_code == 403
    assert "13812345678" not in zhao.get(reverse("contacts:edit", args=[person.pk])).content.decode()
    assert zhao.post(reverse("contacts:removal", args=[person.pk])).status_code == 403
    assert zhao.get(reverse("settings:profile")).status_code == 403
    assert not Activity.objects.filter(verb="revealed").exists()
    assert not Activity.objects.filter(actor=cast.li).exclude(verb__in=("viewed", "denied")).exists()
    zhao.post(reverse("people:end_looking"))
    assert cast.southern.name in zhao.get(reverse("customers:list")).content.decode()
    verbs = list(Activity.objects.filter(verb__startswith="viewed_as").order_by("pk").values_list("verb", "actor"))
    assert verbs == [("viewed_as", cast.zhao.pk), ("viewed_as_ended", cast.zhao.pk)]


def test_nobody_looks_further_than_one_may_see(cast: Cast, visit: Visit) -> None:
    Permission.objects.filter(role__key="administrator", kind="customer", action="view").delete()
    zhao = visit(cast.zhao)
    assert zhao.post(reverse("people:look", args=[cast.chen.pk])).status_code == 403
    Permission.objects.filter(role__key="account_manager", kind="person").delete()
    assert visit(cast.li).post(reverse("people:look", args=[cast.sun.pk])).status_code == 403


def test_looking_ends_with_the_right_to_it(cast: Cast, visit: Visit) -> None:
    zhao = visit(cast.zhao)
    zhao.post(reverse("people:look", args=[cast.li.pk]))
    Permission.objects.filter(role__key="administrator", kind="person", action="edit").delete()
    assert cast.southern.name in zhao.get(reverse("customers:list")).content.decode()
