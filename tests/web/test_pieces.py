"""A piece of a page that is opened by itself leads to its page."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.web.conftest import Visit
from zhike.domain.accounts.models import Permission
from zhike.kernel.scope import Level

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("piece", "page"),
    [
        ("/customers/{number}/glance/", "/customers/{number}/"),
        ("/customers/{number}/access/", "/customers/{number}/"),
        ("/settings/people/{person}/hand-over/", "/settings/people/{person}/"),
        ("/settings/people/{person}/departure/", "/settings/people/{person}/"),
        ("/search/?q=x", "/"),
    ],
)
def test_a_piece_opened_in_a_browser_leads_to_its_page(cast: Cast, visit: Visit, piece: str, page: str) -> None:
    names = {"number": cast.precision.number, "person": cast.li.pk}
    browser, address = visit(cast.zhao), piece.format(**names)
    assert browser.get(address, headers=BROWSER).headers["Location"] == page.format(**names)
    part = browser.get(address, headers={"HX-Request": "true", "Accept": "*/*"})
    assert (part.status_code, b"<!doctype" in part.content[:50]) == (200, False)


def test_what_may_not_be_seen_is_refused_as_ever(cast: Cast, visit: Visit) -> None:
    Permission.objects.filter(role__key="account_manager", kind="person").update(level=Level.NONE)
    browser = visit(cast.li)
    assert browser.get(f"/customers/{cast.tide.number}/glance/", headers=BROWSER).status_code == 404
    assert browser.get(f"/settings/people/{cast.sun.pk}/hand-over/", headers=BROWSER).status_code == 403


@pytest.mark.parametrize("address", ["/", "/customers/", "/settings/profile/", "/care/print/"])
def test_whole_pages_stay_where_they_are(cast: Cast, visit: Visit, address: str) -> None:
    assert visit(cast.zhao).get(address, headers=BROWSER).status_code == 200
