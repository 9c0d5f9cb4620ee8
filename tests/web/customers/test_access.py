"""Who sees a customer and why; what is masked, and shown for a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.accounts.models import Permission
from zhike.domain.commitments.models import Commitment
from zhike.domain.customers.models import Collaborator, Contact, Customer
from zhike.domain.customers.services import add_contact, change_customer
from zhike.kernel.models import Activity
from zhike.kernel.trail import typed_words

PHONE, EMAIL = "13812345678", "heli@example.com"


@pytest.fixture
def person(cast: Cast) -> Contact:
    return add_contact(customer=cast.precision, name="何丽", phone=PHONE, email=EMAIL, actor=cast.li, now=NOW)


@pytest.mark.parametrize("tab", ["page", "contacts", "glance"])
def test_how_to_reach_people_is_masked_everywhere(cast: Cast, visit: Visit, person: Contact, tab: str) -> None:
    shown = visit(cast.li).get(reverse(f"customers:{tab}", args=[cast.precision.number])).content.decode()
    assert "何丽" in shown
    assert "138****5678" in shown
    assert PHONE not in shown
    assert EMAIL not in shown


def test_a_reason_shows_it_and_stays_on_the_trail(cast: Cast, visit: Visit, person: Contact) -> None:
    address = reverse("contacts:reveal", args=[person.pk])
    assert visit(cast.li).post(address, {}).status_code == 422
    shown = visit(cast.li).post(address, {"typed": "call agreed", "place": "row"}).content.decode()
    assert PHONE in shown
    assert EMAIL in shown
    row = Activity.objects.get(verb="revealed")
    assert (row.actor, row.kind, row.object_id, row.note) == (cast.li, "contact", person.pk, "")
    assert typed_words([row]) == {row.pk: "call agreed"}


def test_without_the_right_nothing_is_revealed(cast: Cast, visit: Visit, person: Contact) -> None:
    Permission.objects.filter(kind="contact", action="reveal").delete()
    assert visit(cast.li).post(reverse("contacts:reveal", args=[person.pk]), {"reason": "x"}).status_code == 403
    form = visit(cast.li).get(reverse("contacts:edit", args=[person.pk])).content.decode()
    assert PHONE not in form
    assert "138****5678" in form
    assert not Activity.objects.filter(verb="revealed").exists()


def test_what_was_hidden_in_a_form_stays_unless_it_is_filled_in(cast: Cast, visit: Visit, person: Contact) -> None:
    Permission.objects.filter(kind="contact", action="reveal").delete()
    address = reverse("contacts:edit", args=[person.pk])
    visit(cast.li).post(address, {"name": "何丽", "title": "总监", "phone": "", "email": "new@example.com"})
    fresh = Contact.everything.get(pk=person.pk)
    assert (fresh.title, fresh.phone, fresh.email) == ("总监", PHONE, "new@example.com")


def test_opening_a_form_that_shows_it_is_a_reveal(cast: Cast, visit: Visit, person: Contact) -> None:
    assert PHONE in visit(cast.li).get(reverse("contacts:edit", args=[person.pk])).content.decode()
    line = Activity.objects.get(verb="revealed")
    assert typed_words([line]) == {line.pk: "edit"}


def test_the_address_is_shown_to_the_district_until_revealed(cast: Cast, visit: Visit) -> None:
    change_customer(customer=cast.precision, address="杭州市西湖区文三路 90 号", actor=cast.li, now=NOW)
    li, number = visit(cast.li), cast.precision.number
    shown = li.get(reverse("customers:archive", args=[number])).content.decode()
    assert "杭州市西湖区****" in shown
    assert "文三路" not in shown
    revealed = li.post(reverse("customers:reveal", args=[number]), {"reason": "sample"})
    assert "文三路 90 号" in revealed.content.decode()


def test_amounts_are_hidden_from_those_who_may_not_see_money(cast: Cast, visit: Visit) -> None:
    Customer.everything.filter(pk=cast.precision.pk).update(yearly_revenue_minor=123_456_700)
    address = reverse("customers:archive", args=[cast.precision.number])
    assert "1,234,567" in visit(cast.li).get(address).content.decode()
    Permission.objects.filter(kind="finance").delete()
    assert "1,234,567" not in visit(cast.li).get(address).content.decode()
    assert visit(cast.li).get(reverse("customers:list"), {"sort": "-amount"}).status_code == 422


def test_the_rule_that_shows_a_customer_is_named(cast: Cast, visit: Visit) -> None:
    address = reverse("customers:access", args=[cast.precision.number])
    for who, words in ((cast.li, "负责人"), (cast.chen, cast.east.name), (cast.zhao, "全部客户")):
        assert words in visit(who).get(address).context["why"]
    assert visit(cast.wang).get(address).status_code == 404


def test_a_customer_is_shared_and_taken_back_on_its_page(cast: Cast, visit: Visit) -> None:
    address = reverse("customers:access", args=[cast.precision.number])
    assert visit(cast.li).post(address, {"person": cast.wang.pk, "reason": "fair"}).status_code == 200
    assert cast.li.name in visit(cast.wang).get(address).context["why"]
    assert visit(cast.wang).post(address, {"person": cast.sun.pk, "reason": "fair"}).status_code == 403
    row = Collaborator.objects.get()
    visit(cast.li).delete(reverse("customers:collaborator", args=[cast.precision.number, row.pk]))
    assert visit(cast.wang).get(address).status_code == 404


def test_the_palette_does_not_tell_names_of_people_seen_by_work_alone(
    cast: Cast, visit: Visit, person: Contact
) -> None:
    Commitment.objects.create(
        customer=cast.precision, owner=cast.wang, content="install", due_at=NOW, created_at=NOW, source_kind="free"
    )
    found = visit(cast.li).get(reverse("search:palette"), {"q": "何丽"}).content.decode()
    assert "何丽" in found
    assert "何丽" not in visit(cast.wang).get(reverse("search:palette"), {"q": "何丽"}).content.decode()
