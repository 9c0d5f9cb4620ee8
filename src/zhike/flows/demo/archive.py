"""The customers of the demo company and the people there: 300 files, the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pypinyin import lazy_pinyin

CUSTOMERS = 300
YEARS = 3
NEW_SINCE = timedelta(days=175)

_CITIES = {
    "华东": ("苏州", "无锡", "宁波", "杭州", "常州", "合肥", "南京", "嘉兴", "昆山", "上海"),
    "华南": ("东莞", "深圳", "佛山", "广州", "中山", "惠州", "珠海", "厦门"),
    "华北": ("天津", "青岛", "烟台", "北京", "济南", "廊坊", "潍坊"),
}
REGIONS = tuple(_CITIES)
_STEMS = (
    "恒锐", "启元", "博远", "华泰", "金鼎", "天工", "凌云", "宏图", "瑞丰", "中科", "明德", "安达", "海川", "力源",
    "东方", "星辰", "汇智", "正阳", "永固", "联创", "众邦", "科锐", "万通", "嘉禾", "新域", "卓越", "长青", "精诚",
    "德胜", "鑫源", "凯旋", "百川", "同创", "合力", "益达", "双峰", "文景", "和盛", "远航", "佳能达",
)  # fmt: skip
_TRADES = {
    "自动化设备": ("34", 1.3), "汽车零部件": ("36", 1.5), "电子科技": ("39", 1.2), "医疗器械": ("35", 1.1),
    "工程机械": ("35", 1.4), "仪器仪表": ("40", 0.9), "模具": ("35", 0.8), "新能源": ("38", 1.4),
    "五金制品": ("33", 0.7), "家电": ("38", 1.1), "包装机械": ("35", 0.8),
    "机器人": ("34", 1.2), "轨道交通设备": ("37", 1.3),
}  # fmt: skip
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈"
_GIVEN = (
    "伟", "芳", "建国", "秀英", "强", "敏", "静", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞",
    "平", "刚", "桂英", "志强", "海燕", "晓东", "丽华", "文博", "子涵", "雨桐", "俊杰", "思远", "佳怡", "天宇",
    "雪梅", "国栋", "美玲", "振华", "晓峰", "慧敏", "立新", "春梅", "浩然", "欣怡", "永强", "玉兰", "家豪", "诗涵",
    "世杰", "婉清", "卫东", "红梅",
)  # fmt: skip
_TITLES = (
    ("总经理", "高管", "决策者"), ("采购总监", "总监", "决策者"), ("采购经理", "经理", "联络人"),
    ("生产经理", "经理", "影响者"), ("技术主管", "经理", "影响者"), ("采购专员", "员工", "联络人"),
    ("设备工程师", "员工", "使用者"), ("质量工程师", "员工", "使用者"),
)  # fmt: skip
_ZONES = ("高新区", "经开区", "工业园", "新区")
_SOURCES = ("展会", "转介绍", "网络", "拜访", "咨询", "合作伙伴")
_TAGS = ("账期长", "对价格敏感", "重视交期", "技术型", "偏好电话", "偏好微信", "集团客户", "出口型", "季节性强")


@dataclass(frozen=True)
class Habit:
    """How a customer buys: orders a month, usual amount in yuan, first and last day of it."""

    kind: str
    monthly: float
    amount: float
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class DemoCustomer:
    """One customer of the demo company before it becomes a row of a file."""

    external_id: str
    name: str
    region: str
    city: str
    industry: str
    owner: str
    habit: Habit
    row: dict[str, object]


def customers(random: Random, owners: dict[str, list[str]], today: date) -> list[DemoCustomer]:
    """All customers, each with an owner of its region."""
    found: list[DemoCustomer] = []
    names: set[str] = set()
    while len(found) < CUSTOMERS:
        region = random.choices(REGIONS, weights=(5, 4, 3))[0]
        city, stem, trade = random.choice(_CITIES[region]), random.choice(_STEMS), random.choice(tuple(_TRADES))
        name = f"{city}{stem}{trade}有限公司"
        if name in names:
            continue
        names.add(name)
        found.append(_customer(random, len(found) + 1, name, region, city, trade, owners[region], today))
    return found


def _customer(
    random: Random, serial: int, name: str, region: str, city: str, trade: str, owners: list[str], today: date
) -> DemoCustomer:
    industry, size = _TRADES[trade]
    habit = _habit(random, size, today)
    row: dict[str, object] = {
        "客户编号": f"KH{serial:04d}",
        "客户名称": name,
        "类型": "企业",
        "行业": industry,
        "地区": region,
        "地址": f"{city}市{random.choice(_ZONES)}{random.choice(_STEMS)}路{random.randint(1, 399)}号",
        "来源": random.choice(_SOURCES),
        "客户状态": _LIFECYCLES[habit.kind],
        "战略客户": random.choice(("重点项目", "标杆客户", "独家供应"))
        if habit.kind == "key" and random.random() < 0.2
        else "",
        "付款方式": random.choice(("月结30天", "月结60天", "款到发货", "承兑汇票")),
        "负责人": random.choice(owners),
        "员工人数": random.choice((30, 60, 80, 120, 200, 350, 600, 1200)),
        "年营业额": f"{random.choice((500, 1200, 3000, 8000, 15000, 40000))}万",
        "成立日期": date(random.randint(1996, 2019), random.randint(1, 12), random.randint(1, 28)).isoformat(),
        "合作开始日期": min(habit.starts_on, _opened_on(habit, today)).isoformat(),
        "主营业务": f"{trade}研发与制造",
        "标签": "、".join(random.sample(_TAGS, random.choice((0, 1, 1, 2)))),
    }
    return DemoCustomer(f"KH{serial:04d}", name, region, city, industry, str(row["负责人"]), habit, row)


_LIFECYCLES = {
    "key": "活跃",
    "regular": "活跃",
    "occasional": "活跃",
    "new": "新客户",
    "lost": "流失",
    "lead": "潜在客户",
}


def _opened_on(habit: Habit, today: date) -> date:
    """The day on which the customer's file is opened: no cooperation begins later than that."""
    return today - (NEW_SINCE if habit.kind == "new" else timedelta(days=365 * YEARS))


def _habit(random: Random, size: float, today: date) -> Habit:
    kind = random.choices(("key", "regular", "occasional", "new", "lost", "lead"), weights=(12, 33, 32, 8, 11, 4))[0]
    start = today - timedelta(days=365 * YEARS - random.randint(0, 420))
    end = today
    if kind == "new":
        start = today - timedelta(days=random.randint(20, NEW_SINCE.days - 5))
    elif kind == "lost":
        start, end = today - timedelta(days=365 * YEARS), today - timedelta(days=random.randint(110, 520))
    monthly = {"key": 2.6, "regular": 1.05, "occasional": 0.35, "new": 0.9, "lost": 0.9, "lead": 0.0}[kind]
    amount = {"key": 28_000, "regular": 9_000, "occasional": 5_500, "new": 8_000, "lost": 8_500, "lead": 0.0}[kind]
    return Habit(kind, monthly * random.uniform(0.7, 1.35), amount * size * random.uniform(0.6, 1.6), start, end)


def contacts(random: Random, everyone: list[DemoCustomer], today: date) -> list[dict[str, object]]:
    """One to four people at each customer, with the part they play in its decisions."""
    rows: list[dict[str, object]] = []
    for customer in everyone:
        positions = random.sample(
            _TITLES, random.choice((1, 2, 2, 3, 4) if customer.habit.kind != "key" else (3, 4, 5))
        )
        for place, (title, level, role) in enumerate(positions):
            name = random.choice(_SURNAMES) + random.choice(_GIVEN)
            rows.append(
                {
                    "客户编号": customer.external_id,
                    "联系人姓名": name,
                    "职务": title,
                    "职级": level,
                    "决策角色": role,
                    "手机": f"1{random.choice((38, 39, 50, 58, 86, 77, 35))}{random.randint(10_000_000, 99_999_999)}",
                    "邮箱": f"{''.join(lazy_pinyin(name))}@{customer.external_id.lower()}.example.com",
                    "偏好渠道": random.choice(("电话", "微信", "邮件", "")),
                    "生日": _birthday(random, today).isoformat() if random.random() < 0.5 else "",
                    "主要联系人": "是" if place == 0 else "否",
                }
            )
    return rows


def _birthday(random: Random, today: date) -> date:
    return date(today.year - random.randint(26, 58), random.randint(1, 12), random.randint(1, 28))
