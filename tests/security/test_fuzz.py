"""Whatever stands in an address, the answer is never a failure, and a text is looked for as the text it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import pytest
from django import forms
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Program
from tests.architecture.source import PACKAGE
from tests.cast import NOW, Cast
from tests.security.routes import Route, routes
from tests.web.conftest import Visit
from zhike.api.application import api
from zhike.domain.accounts.models import User
from zhike.domain.customers.models import Customer

#: Values as bytes of an address, already escaped.
# ruff: noqa: E501
VALUES = [
    *map(
        quote,
        [
            "", "'", '"', "''", "\\", "`", "%", "_", "*", "?", ";", "--", "/*", "' OR '1'='1", '" OR ""="', "1 OR 1=1",
            "1; DROP TABLE accounts_user", "'; SELECT pg_sleep(9)--", "1 UNION SELECT password FROM accounts_user",
            "') OR 1=1--", "%' OR '%'='", "name' COLLATE NOCASE", "-name--", "name,password", "owner__password",
            "password", "-password", "user__password__startswith", "__class__", "pk__in", "id) ASC; --", "random()", "?",
            "null", "None", "true", "NaN", "nan", "-Infinity", "Infinity", "1e309", "-1e309", "1e-400", "0x10", "1_000",
            "0", "-0", "-1", "+1", "1.5", "9" * 20, "-" + "9" * 20, "9" * 400, str(2**31), str(2**63), str(2**64),
            "٣", "１２", "²", "½", "一", "[]", "{}", "[1]", '{"a":1}', "a[]", "$ne", "$where", "0000-00-00",
            "9999-12-31", "10000-01-01", "2026-02-30", "0001-01-01", "2026-13", "2026-00", "1970-01-01T00:00:00Z",
            "-292277026596-12-04", "24:00", "../../etc/passwd", "..%2f", "file:///etc/passwd", "\u202eabc", "\u200f",
            "\ufeff", "\u0000", "a\u0000b", "\r\nX: y", "\ud7ff\ue000", "\U0010ffff", "👩‍👩‍👧‍👦", "ß", "İ", "ﬃ", "客户" * 40,
            "x" * 5_000, "AND", "OR", "NOT", "NEAR(a b)", '"a" "b"', "name:a", "a*", "^a", "{a b}", "abc:a", "abc:",
            ":a", "me", "nobody", "W10", "eyJhIjoxfQ", "WzAsInBrIiwxZTQwMCwxXQ", "{{7*7}}", "${7*7}", "%s%s%n", "%(x)s",
        ],
    ),
    "%00", "%0d%0a", "%ff%fe", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%", "%zz", "%u0041", "+", "&", "=", "a=b", "#",
]  # fmt: skip


class Forms:
    """The names of parameters that pages read from their address."""

    @staticmethod
    def names() -> list[str]:
        found = {"after", "before", "size", "sort", "page", "q", "nonsense", "hasOwnProperty", "__proto__"}
        for path in (PACKAGE / "web").rglob("*.py"):
            found |= set(re.findall(r"""GET(?:\.get|\.getlist)?[(\[]["'](\w+)["']""", path.read_text()))
        pending: list[type[forms.BaseForm]] = [forms.BaseForm]
        while pending:
            form = pending.pop()
            pending += form.__subclasses__()
            if form.__module__.startswith("zhike.web."):
                found |= set(getattr(form, "base_fields", {}))
        return sorted(found)


@pytest.fixture
def pages(company: dict[str, Any]) -> list[Route]:
    return [route for route in routes(company) if not route.is_api and route.name != "account_logout"]


def failures(client: Client, addresses: Iterator[str]) -> list[str]:
    """The addresses that are answered with a failure."""
    client.raise_request_exception = False
    return [
        f"{answer.status_code} {path[:200]}" for path in addresses if (answer := client.get(path)).status_code >= 500
    ]


def test_no_page_fails_whatever_its_parameters_say(cast: Cast, pages: list[Route], visit: Visit) -> None:
    """All parameters at once; each value reaches every page that lists or draws."""
    client = visit(cast.zhao)
    names = Forms.names()
    assert len(names) > 80
    assert len(VALUES) > 120
    addresses = (
        f"{route.path}?" + "&".join(f"{name}={value}" for name in names)
        for index, route in enumerate(pages)
        for value in VALUES[index % 40 :: 40]
        if len(value) < 700
    )
    assert not failures(client, addresses)


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_page_fails_at_one_odd_parameter(cast: Cast, pages: list[Route], visit: Visit, data: st.DataObject) -> None:
    client = visit(cast.zhao)
    route = data.draw(st.sampled_from(pages))
    odd = st.binary(max_size=30).map(quote_from_bytes) | st.text(max_size=30).map(lambda t: quote(t, errors="replace"))
    pairs = data.draw(
        st.lists(st.tuples(st.sampled_from(Forms.names()), st.sampled_from(VALUES) | odd), min_size=1, max_size=3)
    )
    address = f"{route.path}?" + "&".join(f"{name}={value}" for name, value in pairs)
    assert not failures(client, iter([address]))


def test_no_page_fails_at_an_odd_address(cast: Cast, company: dict[str, Any], visit: Visit) -> None:
    client = visit(cast.zhao)
    odd = [
        "'",
        '"',
        "%00",
        "%ff",
        "..",
        "%2e%2e%2f",
        "9" * 30,
        "-1",
        "a" * 300,
        "%0a",
        "客户",
        "\u202e",
        "1e9",
        "0",
        "١",
    ]
    addresses = [
        route.path
        for turn, value in enumerate(odd)
        for number, route in enumerate(
            routes(dict.fromkeys([*company, "pk", "key", "iso", "code", "kind", "name", "activity_id"], value))
        )
        if route.name != "account_logout" and number % 5 == turn % 5
    ]
    assert not failures(client, iter(dict.fromkeys(addresses)))


def test_no_operation_fails_whatever_its_parameters_say(
    cast: Cast, company: dict[str, Any], program: Callable[[User], Program]
) -> None:
    client = Client(headers={"Authorization": f"Bearer {program(cast.zhao).secret}"})
    asked = [
        (path.format(**{name: company.get(name, 1) for name in re.findall(r"\{(\w+)\}", path)}), parameter["name"])
        for path, operations in api.get_openapi_schema()["paths"].items()
        for parameter in operations.get("get", {}).get("parameters", [])
        if parameter["in"] == "query"
    ]
    assert len(asked) > 40
    addresses = (
        f"{path}?{name}={value}" for index, (path, name) in enumerate(asked) for value in VALUES[index % 12 :: 12]
    )
    assert not failures(client, addresses)


LITERALS = [
    "a%b",
    "a_b",
    "aXb",
    "aXXb",
    "a\\b",
    "a'b",
    'a"b',
    "a*b",
    "a?b",
    "a[b]",
    "a.b",
    "a;b--",
    "a)b",
    "a%%b",
    "a$1b",
]


@pytest.fixture
def regions(cast: Cast) -> dict[str, str]:
    """Customers by the region they lie in, one each, named alike."""
    found = {}
    for number, region in enumerate(LITERALS):
        row = Customer.objects.create(
            number=f"C9{number:04}",
            name=f"特例{number}",
            region=region,
            owner=cast.li,
            department=cast.li.department,
            created_at=NOW,
            changed_at=NOW,
        )
        found[region] = row.number
    return found


@pytest.mark.parametrize("region", LITERALS)
def test_a_list_narrowed_by_a_text_shows_what_has_that_text(
    cast: Cast, regions: dict[str, str], visit: Visit, region: str
) -> None:
    body = visit(cast.li).get("/customers/?" + urlencode({"region": region})).content.decode()
    assert {number for number in regions.values() if number in body} == {regions[region]}


@pytest.mark.parametrize(
    "text",
    [
        "特例0' OR '1'='1",
        '海潮" OR "华东',
        "海潮*",
        "name:海潮",
        "海潮 OR 华东",
        "海潮) OR (华东",
        "NEAR(海潮 华东)",
        "-海潮",
        "%",
        "_",
        "海潮%华东",
    ],
)
def test_a_search_takes_its_words_as_words(cast: Cast, visit: Visit, text: str) -> None:
    """No sign widens what is found: whatever is shown has every Han character that was looked for."""
    client = visit(cast.zhao)
    answer = client.get("/customers/picker/?" + urlencode({"q": text}))
    assert answer.status_code == 200
    wanted = set(re.findall("[\u4e00-\u9fff]", text))
    for found in answer.json()["results"]:
        assert wanted <= set(found["text"] + str(found.get("hint", ""))), found


@pytest.mark.parametrize(
    "sort", ["password", "-owner__password", "name;--", "random()", "?", "pk,name", "__class__", "-" * 50]
)
def test_an_order_that_is_not_offered_is_refused(cast: Cast, visit: Visit, sort: str) -> None:
    assert visit(cast.zhao).get("/customers/?" + urlencode({"sort": sort})).status_code in (400, 422)
