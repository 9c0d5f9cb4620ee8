"""Every page that links lead to, in a real browser, on the demo company: both widths, both themes, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import polib
import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect
from pytest_playwright.pytest_playwright import CreateContextCallback

from tests.architecture.source import PACKAGE
from tests.e2e.reading import Complaints, barriers, sticking_out, texts_of
from tests.serving import Server, serving

pytestmark = pytest.mark.e2e

# Beside the start page: addresses with a query that shows something else, and one that is nothing.
STARTS = [
    "/",
    "/?owner=all",
    "/?show=done",
    "/customers/?tier=abc:a&sort=-amount",
    "/customers/?q=jx",
    "/nothing-here/",
]
LEFT_OUT = {"settings:playbook_file", "imports:template", "imports:corrections", "account_logout"}

# What a Chinese reader reads in Latin letters: names of things, keys, formats, samples.
LATIN = re.compile(
    r"""\b(
        ABC | RFM | API | Excel | CSV | WPS | YAML | JSON | SQLite | PostgreSQL | Python | Django | Zhike | zhike
        | English | Chrome | Linux | OpenID | Connect | Keycloak | Entra | Authing | IDaaS | Issuer
        | Microsoft | Google | Authenticator | example\.com
        | Ctrl | Enter | Esc | Alt | Shift | GB | MB | ID | TOTP | Apache | License | OpenAPI | VIP | Asia/Shanghai
        | working | hours? | days? | weeks? | months? | due
    )\b""",
    re.VERBOSE,
)
DATA = re.compile(r"\S+@\S+|https?://\S+|\.?\b(xlsx?|csv|ya?ml)\b|\b[A-Z]{1,5}-?\d+[\w-]*|\b[A-Z]\b|\b\w*\d\w*\b")
ENGLISH = re.compile(r"[A-Za-z]{3,}")
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One way to look at the pages."""

    language: str
    width: int
    theme: str

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.theme}"


READERS = [
    Reader(language="zh-hans", width=1440, theme="light"),
    Reader(language="zh-hans", width=390, theme="dark"),
    Reader(language="en", width=1440, theme="dark"),
    Reader(language="en", width=390, theme="light"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pages"), "--demo") as running:
        yield running


@pytest.fixture(scope="module")
def chinese() -> re.Pattern[str]:
    """Matches what says nothing but a sentence of the Chinese catalogue."""
    catalogue = polib.pofile(str(PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    sentences = {" ".join(entry.msgstr.split()) for entry in catalogue if HAN.search(entry.msgstr)} - {
        "中文",
        "简体中文",
    }
    return re.compile("|".join(".+".join(map(re.escape, PLACEHOLDER.split(each))) for each in sentences))


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_every_page_is_clean(
    new_context: CreateContextCallback, server: Server, reader: Reader, chinese: re.Pattern[str]
) -> None:
    context = new_context(viewport={"width": reader.width, "height": 900}, base_url=server.address)
    context.set_default_timeout(60_000)
    context.add_init_script(f"localStorage.setItem('zhike.theme', '{reader.theme}')")
    walk = Walk(context.new_page(), reader, chinese)
    walk.log_in(server)
    walk.go_everywhere()
    assert len(walk.seen) > 40, sorted(walk.seen)
    assert not walk.faults, "\n".join(walk.faults)


class Walk:
    """Follows links to one page of every kind and notes what is wrong with each."""

    def __init__(self, page: Page, reader: Reader, chinese: re.Pattern[str]) -> None:
        self._faults: dict[str, str] = {}
        self.seen: set[str] = set()
        self._page = page
        self._reader = reader
        self._chinese = chinese
        self._complaints = Complaints.of(page)

    @property
    def faults(self) -> list[str]:
        """Every fault once, with the first page that has it."""
        return [f"{address}: {fault}" for fault, address in self._faults.items()]

    def log_in(self, server: Server) -> None:
        """Sign in with what `serve --demo` printed, and choose the language."""
        words = server.printed(r"Sign in as \S+ with the password \S+").split()
        page = self._page
        page.goto("/accounts/login/")
        self._choose_language()
        self._judge("/accounts/login/")
        page.locator("[name=login]").fill(words[3])
        page.locator("[name=password]").fill(words[-1])
        page.locator("[name=password]").press("Enter")
        page.locator("#content.frame-content").wait_for()
        self._choose_language()  # logging in brought the person's own

    def _choose_language(self) -> None:
        # The buttons stand in a menu that is folded, another one on a phone than on a desk.
        button = self._page.locator(f"button[name=language][value={self._reader.language}]").first
        with self._page.expect_navigation():
            button.dispatch_event("click")
        expect(self._page.locator("html")).to_have_attribute("lang", self._reader.language)

    def go_everywhere(self) -> None:
        """Look at every page that can be reached."""
        waiting = list(STARTS)
        while waiting:
            address = waiting.pop(0)
            kind = _kind(address)
            if kind in self.seen or kind in LEFT_OUT:
                continue
            self.seen.add(kind)
            answer = self._page.goto(address)
            assert answer
            expected = 404 if kind == "" else 200
            if answer.status != expected:
                self._faults[f"status {answer.status}"] = address
            self._judge(address)
            waiting += self._page.eval_on_selector_all(
                "a[href^='/']:not([download])", "all => all.map(a => a.getAttribute('href'))"
            )

    def _judge(self, address: str) -> None:
        page = self._page
        page.wait_for_load_state("load")
        expect(page.locator("[data-chart]:visible:not(:has(canvas))")).to_have_count(0)
        found = [*self._complaints.taken(), *sticking_out(page), *self._foreign_words()]
        if self._reader.language == "zh-hans":
            found += barriers(page)
        for each in found:
            self._faults.setdefault(each, address)

    def _foreign_words(self) -> list[str]:
        texts = texts_of(self._page)
        if self._reader.language == "en":
            return [f"in Chinese: {text}" for text in texts if HAN.search(text) and self._chinese.fullmatch(text)]
        return [f"in English: {text}" for text in texts if ENGLISH.search(LATIN.sub("", DATA.sub("", text)))]


def _kind(address: str) -> str:
    """What kind of page an address leads to; a page varies with its scheme and with what is asked for at the start."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ""
    asked = sorted(parse_qs(parts.query)) if address in STARTS else []
    key = found.kwargs.get("key", "") if found.namespace == "segmentation" else ""
    return " ".join([found.view_name, key, *asked]).strip()
