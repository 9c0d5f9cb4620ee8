"""The workbook of refused rows, and the empty ones to fill in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from tests.cast import NOW, Cast
from tests.flows.intake.conftest import Bring, counts
from zhike.domain.accounts.models import SystemActor
from zhike.domain.imports.models import Kind
from zhike.domain.imports.rules import headings
from zhike.domain.imports.rules.fields import FORMS
from zhike.domain.orders.models import Order
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.corrections import write_corrections
from zhike.flows.intake.templates import write_template
from zhike.flows.intake.withdrawal import unheard

HEADINGS = ("订单编号", "客户名称", "订单日期", "金额")
TIDE = "海潮贸易有限公司"


def test_the_mended_workbook_is_imported_as_it_is(cast: Cast, bring: Bring, tmp_path: Path) -> None:
    batch = bring(
        "orders",
        HEADINGS,
        ("A1", TIDE, "2026-03-05", "10"),
        ("A2", TIDE, "2026-03-05", "=1+1"),
        ("A1", TIDE, "2026-02-30", "20"),
        ("A3", TIDE, "2026-03-05", "30"),
    )
    target = tmp_path / "mend.xlsx"
    write_corrections(batch, target)
    workbook = openpyxl.load_workbook(target)
    rows = list(workbook.active.iter_rows(values_only=True))
    assert rows[0][:4] == HEADINGS
    assert [row[4] for row in rows[1:]] == [2, 3, 4]
    assert [row[:4] for row in rows[1:]] == [
        ("A1", TIDE, "2026-03-05", "10"),
        ("A2", TIDE, "2026-03-05", "=1+1"),
        ("A1", TIDE, "2026-02-30", "20"),
    ]
    assert workbook.active["D3"].fill.fgColor.rgb == workbook.active["C4"].fill.fgColor.rgb == "FFFFC7CE"
    workbook.active["D3"], workbook.active["C4"] = "2", "2026-03-05"
    workbook.save(target)
    request = Request(kind="orders", path=target)
    with take_file(request, actor=SystemActor(), clock=lambda: NOW, tell=unheard) as again:
        assert counts(again) == (3, 2, 0, 0, 0)
    amounts = Order.objects.unscoped("a test").order_by("number").values_list("number", "amount_minor")
    assert list(amounts) == [("A1", 3000), ("A2", 200), ("A3", 3000)]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", Kind.values)
def test_a_template_is_understood_without_a_hand(kind: str, language: str, tmp_path: Path) -> None:
    target = tmp_path / "template.xlsx"
    with translation.override(language):
        write_template(kind, target)
    first, second = openpyxl.load_workbook(target).worksheets
    columns = [str(cell) for cell in next(first.iter_rows(values_only=True))]
    guessed = headings.guess(kind, columns, [])
    assert [guessed[field.name] for field in FORMS[kind].fields] == columns
    assert second.max_row == len(columns) + 1
