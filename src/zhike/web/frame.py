"""What stands around every page: where the person can go, what waits there, and the few texts scripts need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhike.domain.accounts import queries
from zhike.domain.accounts.models import Company, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.queries.board import escalated_to
from zhike.kernel import clock
from zhike.web.settings.sections import PERSONAL, SECTIONS, Section


@dataclass(frozen=True, kw_only=True)
class Place:
    """Somewhere the frame can lead to, for those whose role may do `action` to `kind`.

    `words` are what people type to find it: English, Chinese, pinyin and initials, whatever language they read in.
    `also` are further groups of addresses that belong to it, `also_for` further rights that lead there.
    """

    name: Any
    route: str
    icon: str
    kind: str
    action: str
    words: str
    key: str = ""
    also: tuple[str, ...] = ()
    also_for: tuple[tuple[str, str], ...] = ()

    def is_open_to(self, user: User) -> bool:
        """Whether the person may go there."""
        return any(user.may(kind, action) for kind, action in ((self.kind, self.action), *self.also_for))


PAGES = (
    Place(name=gettext_lazy("Today"), route="today:page", icon="sun", kind="commitment", action="view",
          words="today 今日 jinri jr 待办", key="1"),
    Place(name=gettext_lazy("Customers"), route="customers:list", icon="building", kind="customer", action="view",
          words="customers 客户 kehu kh", key="2"),
    Place(name=gettext_lazy("Care"), route="care:list", icon="heart-handshake", kind="commitment", action="view",
          words="care 维护 维护计划 weihu wh", key="3"),
    Place(name=gettext_lazy("Tiers"), route="segmentation:page", icon="stack-2", kind="tier", action="view",
          words="tiers rfm abc 客户分级 等级 fenji fj", key="4"),
    Place(name=gettext_lazy("Imports"), route="imports:list", icon="file-import", kind="import", action="view",
          words="imports excel 导入 daoru dr", key="5"),
    Place(name=gettext_lazy("Exports"), route="exports:list", icon="file-text", kind="customer", action="export",
          also_for=(("customer", "approve"), ("security", "edit")),
          words="exports approval 导出 导出审批 daochu dc shenpi"),
    Place(name=gettext_lazy("Personal information"), route="privacy:list", icon="shield", kind="privacy", action="view",
          words="personal information privacy consent 个人信息 个人信息保护 geren xinxi grxx yinsi", key=""),
    Place(name=gettext_lazy("Trail"), route="audit:list", icon="history", kind="audit", action="view",
          words="trail audit log 操作记录 审计 日志 caozuo jilu czjl shenji sj"),
    Place(name=gettext_lazy("Settings"), route="settings:page", icon="settings", kind="setting", action="view",
          words="settings 设置 shezhi sz", key="6", also=("people",)),
)  # fmt: skip

STARTS = (
    Place(name=gettext_lazy("New customer"), route="customers:new", icon="building-plus", kind="customer",
          action="create", words="new customer 新建客户 xinjian kehu xjkh", key="n"),
    Place(name=gettext_lazy("Log an interaction"), route="interactions:new", icon="message-plus", kind="interaction",
          action="create", words="log interaction visit call 记往来 拜访 电话 jiwanglai jwl baifang bf", key="l"),
    Place(name=gettext_lazy("Import a file"), route="imports:new", icon="file-import", kind="import",
          action="create", words="import file excel 导入文件 daoru wenjian drwj"),
)  # fmt: skip

PHONE_ROUTES = ("today:page", "customers:list")
_SETTINGS = {section.route for section in SECTIONS}


@dataclass(frozen=True, kw_only=True)
class Link:
    """A place resolved for one request."""

    name: str
    url: str
    icon: str
    words: str
    key: str = ""
    is_current: bool = False
    is_on_phone: bool = False
    waiting: int = 0


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The frame of one page."""

    company: str
    person: str
    pages: tuple[Link, ...]
    starts: tuple[Link, ...]
    sections: tuple[Link, ...]
    """The pages of the settings and about oneself, for whoever searches for them."""
    texts: dict[str, str]

    @property
    def key(self) -> int:
        """Names the places with the present one and what waits: they look alike wherever this is the same."""
        return hash((self.company, self.pages, self.starts))

    @property
    def menus(self) -> int:
        """Names what the menus and dialogs show: they look alike on all pages of those for whom this is the same."""
        return hash((self.company, self.person, tuple(page.url for page in self.pages), self.starts, self.sections))


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor; nothing is read until a template asks for it, so fragments cost nothing."""
    return {"frame": SimpleLazyObject(lambda: _frame(request))}


def _frame(request: HttpRequest) -> Frame:
    user = request.user
    if not isinstance(user, User):
        return Frame(company="", person="", pages=(), starts=(), sections=(), texts=texts())
    # One query for all of it, because every page pays for it.
    now = clock.now()
    rows = Company.objects.annotate(
        late=_count(Commitment.objects.for_user(user, "view").filter(owner=user).overdue(now)),
        escalated=_count(escalated_to(user, now=now).select_related(None)),
        exports=_count(queries.waiting_exports(user)),
    )
    found = rows.values_list("name", "late", "escalated", "exports").first()
    name, late, escalated, exports = found or ("", 0, 0, 0)
    waiting = {"today:page": late + escalated, "exports:list": exports}
    return Frame(
        company=name,
        person=user.name,
        pages=tuple(_links(request, user, PAGES, waiting=waiting)),
        starts=tuple(_links(request, user, STARTS)),
        sections=tuple(_link(section) for section in (*SECTIONS, *PERSONAL) if section.is_open_to(user)),
        texts=texts(),
    )


def _count(rows: QuerySet[Any]) -> RawSQL | Value:
    """How many rows there are, as a column of another query.

    The rows are turned into SQL once: as `Subquery` Django resolves and copies them several times over, which costs
    more than to count them.
    """
    try:
        statement, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Value(0)
    return RawSQL(f"SELECT COUNT(*) FROM ({statement}) AS counted", values)  # noqa: S611 - Django's own SQL


def first_page(user: User) -> str:
    """Where somebody starts: the first place of the frame, or what everybody has."""
    return reverse(next((place.route for place in PAGES if place.is_open_to(user)), "settings:profile"))


def _links(
    request: HttpRequest, user: User, places: tuple[Place, ...], *, waiting: Mapping[str, int] | None = None
) -> list[Link]:
    here = _group(request.resolver_match.view_name) if request.resolver_match else ""
    return [
        _link(
            place,
            key=place.key,
            is_current=here in {_group(place.route), *place.also},
            is_on_phone=place.route in PHONE_ROUTES,
            waiting=(waiting or {}).get(place.route, 0),
        )
        for place in places
        if place.is_open_to(user)
    ]


def _link(place: Place | Section, **told: Any) -> Link:
    return Link(name=str(place.name), url=reverse(place.route), icon=place.icon, words=place.words, **told)


def _group(route: str) -> str:
    """To which group of addresses a page belongs: every section of the settings to the settings."""
    return "settings" if route in _SETTINGS else route.partition(":")[0]


def texts() -> dict[str, str]:
    """The sentences that scripts show, in the reader's language; `texts.js` reads them by these names."""
    return _texts(get_language() or "")


@lru_cache(maxsize=8)
def _texts(language: str) -> dict[str, str]:
    return {
        "overdueMinutes": _("overdue %(n)s min"),
        "overdueHours": _("overdue %(n)s h"),
        "overdueDays": _("overdue %(n)s d"),
        "inMinutes": _("in %(n)s min"),
        "inHours": _("in %(n)s h"),
        "inDays": _("in %(n)s d"),
        "draftRestored": _("What you typed earlier is back; it was not saved yet."),
        "draftDiscard": _("Discard the draft"),
        "offline": _("The server cannot be reached. Nothing is lost: try again in a moment."),
        "failed": _("That did not work. Please try again; if it keeps failing, tell your administrator."),
        "denied": _("You may not do this. Ask your administrator if you need to."),
        "gone": _("This is no longer there. Reload the page."),
        "expired": _("Your session has ended. Reload the page and log in again."),
        "searching": _("Searching …"),
        "nothingFound": _("Nothing found"),
        "pickerRemove": _("Remove"),
        "pickerClear": _("Clear"),
        "rowsUp": _("Row above"),
        "rowsDown": _("Row below"),
        "rowOpen": _("Open the row"),
        "rowPeek": _("Quick look"),
    }
