"""The main job in a real browser, in Chinese: first run, own Excel, who matters, what is owed today, done."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.e2e.reading import Complaints, sticking_out
from tests.serving import Server, serving
from zhike.domain.identity.rules.codes import code_at, step_at

pytestmark = pytest.mark.e2e

PASSWORD = "向阳 花木 易为春 2026"
SLOW = 60_000  # what the worker does may take this many ms on a busy machine

# What each bought within the year, in yuan: the playbook calls from 500,000 on A, from 100,000 on B, the others C.
CUSTOMERS = {
    "苏州恒达精密机械有限公司": ("通用设备制造业", "江苏 苏州", 860_000),
    "宁波海润液压科技有限公司": ("通用设备制造业", "浙江 宁波", 620_000),
    "青岛瑞丰轴承有限公司": ("金属制品业", "山东 青岛", 540_000),
    "无锡天工自动化设备有限公司": ("专用设备制造业", "江苏 无锡", 380_000),
    "东莞市联创模具有限公司": ("专用设备制造业", "广东 东莞", 260_000),
    "成都蜀光仪表有限公司": ("仪器仪表制造业", "四川 成都", 180_000),
    "武汉长江电缆有限公司": ("电气机械和器材制造业", "湖北 武汉", 120_000),
    "天津北方铸造有限公司": ("金属制品业", "天津", 65_000),
    "西安秦岭泵业有限公司": ("通用设备制造业", "陕西 西安", 42_000),
    "厦门鹭岛包装有限公司": ("造纸和纸制品业", "福建 厦门", 28_000),
    "长沙湘江传动有限公司": ("通用设备制造业", "湖南 长沙", 15_000),
    "沈阳盛京工具有限公司": ("金属制品业", "辽宁 沈阳", 9_800),
}
COUNTS = {"A 级": 3, "B 级": 4, "C 级": 5}
BEST = next(iter(CUSTOMERS))


@pytest.fixture(scope="module", params=[1440, 390])
def width(request: pytest.FixtureRequest) -> int:
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def server(width: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp(f"story-{width}")) as running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The two files of the company: customers as a workbook, orders as a CSV from an older system."""
    _write_customers(tmp_path / "客户名单.xlsx")
    _write_orders(tmp_path / "订单.csv", today=date.today())  # noqa: DTZ011  # the server reads the same clock
    return tmp_path


def test_a_company_learns_whom_it_owes_what_and_does_it(page: Page, server: Server, width: int, files: Path) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    complaints = Complaints.of(page)
    try:
        _set_up(page, server)
        _import_customers(page, files / "客户名单.xlsx")
        _import_orders(page, files / "订单.csv", files)
        _evaluate(page)
        _see_why(page)
        _take_back_what_was_logged(page, server)
        _work_off_today(page)
    finally:
        expect.set_options(timeout=5_000)
    assert not complaints.taken()


def _set_up(page: Page, server: Server) -> None:
    page.goto(server.printed(r"http://127\.0\.0\.1:\d+/setup/\S+"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("知客")
    page.get_by_label("公司名称").fill("江南机电配件有限公司")
    page.get_by_label("您的姓名").fill("周敏")
    page.get_by_label("您的邮箱").fill("zhoumin@jiangnan.example")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("radio", name="ABC").check()
    _fits(page)
    page.get_by_role("button", name="开始使用").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("江南机电配件有限公司")
    _fits(page)


def _turn_on_second_factor(page: Page) -> None:
    """Whoever administers is asked for it before the first work, and led on to what was wanted."""
    _fits(page)
    moment = datetime.now(UTC)  # the server reads the same clock
    page.get_by_label("应用当前显示的六位数字").fill(code_at(page.locator("#key").input_value(), step_at(moment)))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    _fits(page)
    page.get_by_role("link", name="已妥善保存，继续").click()


def _import_customers(page: Page, file: Path) -> None:
    page.get_by_role("link", name="导入我的 Excel").click()
    _turn_on_second_factor(page)
    page.get_by_role("radio", name="客户", exact=True).check()
    _upload(page, file)
    expect(page.get_by_label("客户名称")).to_have_value("客户名称")
    expect(page.get_by_label("行业")).to_have_value("所属行业")
    _check(page)
    expect(page.get_by_text("苏州恒达精密机械有限公司").first).to_be_visible()
    _run(page)
    expect(_figure(page, "新增")).to_have_text(str(len(CUSTOMERS)))


def _import_orders(page: Page, file: Path, folder: Path) -> None:
    page.get_by_role("link", name="下一步：导入订单").click()
    _upload(page, file)
    expect(page.get_by_label("订单日期")).to_have_value("下单日期")
    _check(page)
    _run(page)
    expect(_figure(page, "未导入的行")).to_have_text("1")
    expect(page.locator("#problems")).to_contain_text("九月三十一日")
    with page.expect_download() as download:
        page.locator("#problems [download]").click()
    mended = folder / "mend.xlsx"
    download.value.save_as(mended)
    rows = CalamineWorkbook.from_path(str(mended)).get_sheet_by_index(0).to_python()
    assert "九月三十一日" in str(rows)


def _evaluate(page: Page) -> None:
    page.get_by_role("button", name="立即评定全部客户").click()
    page.locator("#evaluation .pill-done").wait_for()
    page.get_by_role("link", name="下一步：查看客户分级").click()
    for tier, count in COUNTS.items():
        row = page.locator("main tr", has=page.get_by_text(tier, exact=True))
        expect(row.get_by_role("link")).to_have_text(str(count))
    _fits(page)


def _see_why(page: Page) -> None:
    row = page.locator("main tr", has=page.get_by_text("A 级", exact=True))
    row.get_by_role("link").click()
    page.get_by_role("link", name=BEST).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(BEST)
    page.get_by_role("button", name="A 级").click()
    expect(page.locator(".why-text:visible")).to_contain_text("年度金额 ¥860,000 ≥ ¥500,000，属 A 级")
    _fits(page)


def _take_back_what_was_logged(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    item = page.locator(".promise:visible").first
    promised = item.locator(".promise-what").inner_text()
    _fits(page)
    _log(page, item, "对方下季度扩产，需要新报价。", next_action="发送新版报价单")
    expect(page.locator(".logged")).to_contain_text(f"已兑现： {promised}")
    expect(page.locator(".logged")).to_contain_text("新增承诺： 发送新版报价单 周敏")
    page.locator(".toast-note").get_by_role("button", name="撤销").click()
    expect(page.locator(".toast-note")).to_contain_text("已撤销")
    expect(page.locator(".promise:visible").first.locator(".promise-what")).to_have_text(promised)
    expect(page.get_by_text("发送新版报价单")).to_have_count(0)


def _work_off_today(page: Page) -> None:
    item = page.locator(".promise:visible").first
    address = f"#{item.get_attribute('id')}"
    customer, promised = item.locator(".promise-who a").inner_text(), item.locator(".promise-what").inner_text()
    _log(page, item, "设备运转正常，感谢我们的回访。")
    expect(page.locator(".logged")).to_contain_text(f"已兑现： {promised}")
    proposed = page.locator(".logged-proposal")
    expect(proposed).to_contain_text("建议下一步：")
    _fits(page)
    proposed.get_by_role("button", name="采纳").click()
    expect(page.locator(".toast-note").last).to_contain_text(customer)
    expect(page.locator(address)).to_have_count(0)
    page.get_by_role("link", name=customer, exact=True).first.click()
    expect(page.locator(".timeline-list")).to_contain_text("设备运转正常，感谢我们的回访。")
    _fits(page)


def _log(page: Page, item: Locator, summary: str, *, next_action: str = "") -> None:
    item.get_by_role("link", name="记录").click()
    form = item.locator("form")
    form.get_by_text("电话", exact=True).click()
    form.get_by_label("沟通内容").fill(summary)
    form.get_by_placeholder("例如").first.fill(next_action)
    _fits(page)
    form.get_by_role("button", name="记录", exact=True).click()
    page.locator(".logged").wait_for()
    _fits(page)


def _upload(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并查看列匹配").click()
    page.get_by_role("button", name="检查文件").wait_for()
    _fits(page)


def _check(page: Page) -> None:
    page.get_by_role("button", name="检查文件").click()
    page.get_by_role("button", name="立即导入").wait_for()
    _fits(page)


def _run(page: Page) -> None:
    page.get_by_role("button", name="立即导入").click()
    page.get_by_role("link", name="再导入一个文件").wait_for()
    _fits(page)


def _figure(page: Page, label: str) -> Locator:
    return page.locator(".stat", has_text=label).locator(".stat-value")


def _fits(page: Page) -> None:
    assert not sticking_out(page)


def _write_customers(path: Path) -> None:
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("客户")
    sheet.write_row(0, 0, ["客户名称", "所属行业", "所在地区", "客户来源", "备注"])
    for line, (name, (industry, region, _amount)) in enumerate(CUSTOMERS.items(), start=1):
        sheet.write_row(line, 0, [name, industry, region, "展会", ""])
    workbook.close()


def _write_orders(path: Path, *, today: date) -> None:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["订单编号", "下单日期", "客户名称", "产品名称", "数量", "金额"])
    number = 0
    for name, (_industry, _region, amount) in CUSTOMERS.items():
        for part in (1, 2):
            number += 1
            day = today - timedelta(days=100 * part - number)
            written = f"{day.year}年{day.month}月{day.day}日"
            writer.writerow([f"XS{number:05}", written, name, "深沟球轴承", 100, f"￥{amount // 2:,}.00"])
    writer.writerow(["XS99999", "九月三十一日", BEST, "深沟球轴承", 1, "500"])
    path.write_bytes(text.getvalue().encode("gb18030"))
