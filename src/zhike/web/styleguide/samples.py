"""What the samples on the styleguide show: invented, but of the size and shape of real records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhike.web.charts import Chart
from zhike.web.widgets import DayInput, RemoteSelect

SECTIONS = (
    (_("Foundations"), ("colours", "type", "button", "icon")),
    (_("Values"), ("tier", "status", "due", "money", "person", "why")),
    (_("Page"), ("page_header", "card", "stats", "facts", "tabs", "timeline", "progress", "menu", "empty")),
    (_("Lists"), ("table",)),
    (_("Forms"), ("form", "form_refused")),
    (_("Over the page"), ("panel", "modal", "toast", "palette_item")),
    (_("Charts"), ("chart_bar", "chart_line", "chart_heat", "chart_sankey")),
)
"""The page's order: a heading and the samples under it, each a template `styleguide/_<name>.html`."""

PIECES = {"panel": "_panel_piece", "modal": "_modal_piece", "visits": "_tab_piece"}
"""What the samples fetch."""


@dataclass(frozen=True, kw_only=True)
class SampleRow:
    """A customer as a list shows it."""

    name: str
    number: str
    tier: str
    rank: int
    owner: str
    due_at: datetime
    amount_minor: int
    state: str


class SampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label="客户名称", max_length=60, help_text="营业执照上的全称；只有这一项必填。")
    kind = forms.ChoiceField(
        label="类型", choices=[("company", "企业"), ("person", "个人")], widget=forms.RadioSelect, initial="company"
    )
    region = forms.ChoiceField(
        label="地区", choices=[("", "请选择"), ("sh", "上海"), ("js", "江苏"), ("zj", "浙江")], required=False
    )
    owner = forms.ChoiceField(
        label="负责人",
        choices=[("7", "陈晓明")],
        initial="7",
        required=False,
        widget=RemoteSelect(url_name="styleguide:choices"),
    )
    since = forms.DateField(label="合作开始", required=False, widget=DayInput())
    notes = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    is_key = forms.BooleanField(label="列入重点客户", required=False, help_text="重点客户的维护计划由主管确认。")


def context(now: datetime) -> dict[str, Any]:
    """The variables that samples use."""
    refused = SampleForm({"name": "", "kind": "company", "since": "", "region": "北京"})
    refused.is_valid()
    return {
        "now": now,
        "in_two_hours": now + timedelta(hours=2, minutes=5),
        "in_nine_days": now + timedelta(days=9, hours=3),
        "three_days_ago": now - timedelta(days=3, hours=4),
        "rows": _rows(now),
        "owners": [("7", "陈晓明"), ("8", "李雪"), ("9", "王建国")],
        "form": SampleForm(),
        "refused": refused,
        "tones": range(8),
        **_charts(),
    }


def _rows(now: datetime) -> list[SampleRow]:
    return [
        SampleRow(name="华东精密机械有限公司", number="C202405001", tier="A", rank=1, owner="陈晓明",
                  due_at=now - timedelta(days=3, hours=1), amount_minor=128_650_000, state="overdue"),
        SampleRow(name="苏州海潮国际贸易有限公司", number="C202405002", tier="B", rank=2, owner="李雪",
                  due_at=now + timedelta(hours=2, minutes=9), amount_minor=45_230_050, state="open"),
        SampleRow(name="Nordwind Handels GmbH", number="C202406013", tier="B", rank=2, owner="Anna Berg",
                  due_at=now + timedelta(days=2, hours=5), amount_minor=8_904_500, state="open"),
        SampleRow(name="上海远见教育科技", number="C202407027", tier="C", rank=3, owner="王建国",
                  due_at=now + timedelta(days=12, hours=2), amount_minor=980_000, state="kept"),
    ]  # fmt: skip


def _charts() -> dict[str, Chart]:
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    kept = [82, 84, 83, 88, 87, 90, 91, 89, 93, 94, 93, 96]
    goal = [90] * 12
    heat = [
        (str(r), str(f), (r * r * f * 7 + (6 - r) * (6 - f) * 23) % 190 + r * f * 6)
        for r in range(1, 6)
        for f in range(1, 6)
    ]
    return {
        "tiers_chart": Chart(
            kind="bar",
            columns=["等级", "客户数"],
            rows=[("A", 42), ("B", 118), ("C", 263), ("D", 97)],
            links=["?tier=A", "?tier=B", "?tier=C", "?tier=D"],
        ),
        "kept_chart": Chart(
            kind="line",
            columns=["月份", "按时兑现", "目标"],
            rows=list(zip(months, kept, goal, strict=True)),
            unit="%",
        ),
        "rfm_chart": Chart(kind="heat", columns=["R 最近", "F 频次", "客户数"], rows=heat),
        "moves_chart": Chart(
            kind="sankey",
            columns=["上季度", "本季度", "客户数"],
            rows=[("A", "A", 36), ("A", "B", 6), ("B", "A", 9), ("B", "B", 92), ("B", "C", 17), ("C", "B", 14),
                  ("C", "C", 221), ("C", "D", 28), ("D", "C", 11), ("D", "D", 86)],
            order=["A", "B", "C", "D"],
        ),
    }  # fmt: skip
