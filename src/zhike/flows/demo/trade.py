"""What the demo company's customers bought: seasons, growth, returns, and those who stopped."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhike.flows.demo.archive import DemoCustomer

_PRODUCTS = (
    ("JM-101", "精密滚珠丝杠", "传动件", 1280, 0.62), ("JM-102", "直线导轨", "传动件", 860, 0.60),
    ("JM-103", "同步带轮", "传动件", 145, 0.55), ("JM-104", "行星减速机", "传动件", 2350, 0.66),
    ("JM-201", "伺服电机 750W", "电机", 1980, 0.70), ("JM-202", "步进电机 57", "电机", 320, 0.64),
    ("JM-203", "电机驱动器", "电机", 1150, 0.63), ("JM-301", "气缸 SC63", "气动件", 268, 0.52),
    ("JM-302", "电磁阀组", "气动件", 480, 0.54), ("JM-303", "真空吸盘", "气动件", 58, 0.45),
    ("JM-401", "光电传感器", "传感器", 210, 0.50), ("JM-402", "接近开关", "传感器", 96, 0.48),
    ("JM-403", "视觉相机 500 万", "传感器", 3650, 0.68), ("JM-404", "压力变送器", "传感器", 540, 0.56),
    ("JM-501", "铝型材 4040", "结构件", 78, 0.72), ("JM-502", "钣金机箱", "结构件", 640, 0.70),
    ("JM-503", "定制机加件", "结构件", 420, 0.58), ("JM-601", "设备保养服务", "服务", 3200, 0.35),
    ("JM-602", "现场调试", "服务", 4800, 0.40), ("JM-603", "操作培训", "服务", 2600, 0.30),
)  # fmt: skip
_SEASON = (0.95, 0.45, 1.2, 1.05, 1.0, 1.1, 0.95, 0.9, 1.15, 0.85, 1.25, 1.15)
"""Orders of each month against the year's mean: Spring Festival empties February, the fourth quarter fills budgets."""

_RETURN_SHARE = 0.02


def orders(random: Random, everyone: list[DemoCustomer], today: date) -> list[dict[str, object]]:
    """The lines of all orders until yesterday, as the rows of one file, in the order of time."""
    dated = sorted(
        ((day, customer) for customer in everyone for day in _days(random, customer, today)),
        key=lambda pair: (pair[0], pair[1].external_id),
    )
    rows: list[dict[str, object]] = []
    for serial, (day, customer) in enumerate(dated, start=1):
        lines = _lines(random, customer, f"DD{day:%y%m}{serial:05d}", day)
        rows += lines
        if random.random() < _RETURN_SHARE and (back := day + timedelta(days=random.randint(5, 25))) < today:
            rows.append(_return(lines[0], back))
    return rows


def _days(random: Random, customer: DemoCustomer, today: date) -> list[date]:
    habit = customer.habit
    found: list[date] = []
    day = habit.starts_on
    while habit.monthly and day < min(habit.ends_on, today):
        found.append(day)
        gap = random.gammavariate(2.2, 30 / habit.monthly / 2.2) / _SEASON[day.month - 1]
        day += timedelta(days=max(1, round(gap)))
        if day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())
    return [day for day in found if day < today]


def _lines(random: Random, customer: DemoCustomer, number: str, day: date) -> list[dict[str, object]]:
    years = (day - customer.habit.starts_on).days / 365
    worth = customer.habit.amount * random.lognormvariate(0, 0.35) * (1 + 0.06 * years)
    chosen = random.sample(_PRODUCTS, random.choices((1, 2, 3, 4), weights=(3, 4, 3, 1))[0])
    rows: list[dict[str, object]] = []
    for code, product, category, price, cost in chosen:
        quantity = max(1, round(worth / len(chosen) / price))
        amount = round(quantity * price * random.uniform(0.93, 1.0), 2)
        rows.append(
            {
                "订单编号": number,
                "订单日期": day.isoformat(),
                "客户编号": customer.external_id,
                "客户名称": customer.name,
                "产品编号": code,
                "产品名称": product,
                "类别": category,
                "数量": quantity,
                "金额": amount,
                "成本": round(quantity * price * cost, 2),
            }
        )
    return rows


def _return(line: dict[str, object], day: date) -> dict[str, object]:
    quantity, amount, cost = int(str(line["数量"])), float(str(line["金额"])), float(str(line["成本"]))
    sent_back = max(1, quantity // 4)
    share = sent_back / quantity
    return line | {
        "订单编号": f"TH{str(line['订单编号'])[2:]}",
        "订单日期": day.isoformat(),
        "数量": -sent_back,
        "金额": -round(amount * share, 2),
        "成本": -round(cost * share, 2),
    }
