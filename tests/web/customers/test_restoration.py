"""An old value is put in again from the timeline."""

from __future__ import annotations

from django.urls import reverse

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from zhike.domain.customers import services
from zhike.domain.customers.models import Customer
from zhike.kernel.models import Activity


def test_a_value_is_put_in_again_after_a_look_at_what_stands_there_now(cast: Cast, visit: Visit) -> None:
    for region in ("上海", "北京"):
        services.change_customer(customer=cast.tide, actor=cast.sun, now=NOW, region=region)
    address = reverse("customers:restoration", args=[Activity.objects.latest("pk").pk, "region"])
    browser = visit(cast.sun)
    timeline = browser.get(reverse("customers:timeline", args=[cast.tide.number])).content.decode()
    assert address in timeline
    page = browser.get(address).content.decode()
    assert "上海" in page
    assert "北京" in page
    assert browser.post(address, {"seen_at": NOW.isoformat()}).status_code == 302
    assert Customer.objects.unscoped("a test looks").get(pk=cast.tide.pk).region == "上海"
    assert browser.get(address).status_code == 422
    assert visit(cast.li).get(address).status_code == 404


def test_an_old_number_is_shown_masked_and_put_in_whole(cast: Cast, visit: Visit) -> None:
    contact = services.add_contact(customer=cast.tide, actor=cast.sun, now=NOW, name="吴工", phone="13812345678")
    services.change_contact(contact=contact, actor=cast.sun, now=NOW, phone="13900001111")
    address = reverse("customers:restoration", args=[Activity.objects.latest("pk").pk, "phone"])
    page = visit(cast.sun).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "138****5678" in page
    assert "13812345678" not in page
    visit(cast.sun).post(address)
    contact.refresh_from_db()
    assert contact.phone == "13812345678"


def test_a_deleted_customer_comes_back_from_its_line(cast: Cast, visit: Visit) -> None:
    services.delete_customer(customer=cast.tide, actor=cast.zhao, now=NOW)
    line = Activity.objects.get(verb="deleted")
    browser = visit(cast.zhao)
    assert "取回" in browser.get(reverse("audit:line", args=[line.pk])).content.decode()
    assert browser.post(reverse("audit:return", args=[line.pk])).status_code == 302
    assert browser.get(reverse("customers:page", args=[cast.tide.number])).status_code == 200
