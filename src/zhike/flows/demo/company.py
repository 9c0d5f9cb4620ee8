"""Who works at the demo company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhike.domain.accounts.models import Department, Role, User
from zhike.domain.accounts.services import change_department, create_department, invite_person
from zhike.domain.identity.services import choose_password, open_for_show
from zhike.flows import first_run, playbooks

NAME = "启明精工（演示公司）"
PLAYBOOK = "b2b-abc"
ADMINISTRATOR = "admin@example.com"

_PEOPLE = (
    ("华东大区", "陈立", "chenli", "sales_director"),
    ("华东大区", "李雷", "lilei", "account_manager"),
    ("华东大区", "孙悦", "sunyue", "account_manager"),
    ("华东大区", "吴桐", "wutong", "sales_rep"),
    ("华南大区", "周平", "zhouping", "sales_director"),
    ("华南大区", "王芳", "wangfang", "account_manager"),
    ("华南大区", "黄海", "huanghai", "sales_rep"),
    ("华北大区", "郑凯", "zhengkai", "sales_director"),
    ("华北大区", "冯娟", "fengjuan", "account_manager"),
    ("华北大区", "韩冰", "hanbing", "sales_rep"),
    ("客服部", "林静", "linjing", "service_manager"),
    ("客服部", "何苗", "hemiao", "service_agent"),
    ("数据部", "高原", "gaoyuan", "analyst"),
    ("数据部", "梁晨", "liangchen", "data_clerk"),
)
"""Department, name, e-mail name, role; the first of each department heads it."""

SIGN_IN = ("chenli", "lilei", "linjing")
"""Those besides the administrator who have the demo's password: a director, an account manager, a service manager."""

DESK = "linjing"
"""Who answers what people ask about their own information."""

_SELLS = {"account_manager", "sales_rep"}


@dataclass(frozen=True)
class Staff:
    """The administrator, and who keeps customers in each region."""

    administrator: User
    keepers: dict[str, list[User]]


def found(*, password: str, now: datetime) -> Staff:
    """Write the company, its playbook, its departments and people; a few of them can sign in."""
    administrator = first_run.set_up(
        company=NAME,
        email=ADMINISTRATOR,
        name="赵敏",
        password=password,
        playbook=playbooks.read(PLAYBOOK),
        now=now,
    )
    open_for_show(actor=administrator, now=now)
    office = Department.objects.get(parent__isnull=True)
    roles = {role.key: role for role in Role.objects.all()}
    departments: dict[str, Department] = {}
    keepers: dict[str, list[User]] = {}
    for place, name, mail, role in _PEOPLE:
        is_first = place not in departments
        if is_first:
            departments[place] = create_department(name=place, parent=office, actor=administrator, now=now)
        person = invite_person(
            email=f"{mail}@example.com",
            name=name,
            department=departments[place],
            roles=[roles[role]],
            actor=administrator,
            now=now,
        )
        if mail in SIGN_IN:
            choose_password(person=person, password=password, actor=administrator, now=now)
        if is_first:
            change_department(
                department=departments[place],
                name=place,
                parent=office,
                head=person,
                actor=administrator,
                now=now,
            )
        if role in _SELLS:
            keepers.setdefault(place.removesuffix("大区"), []).append(person)
    return Staff(administrator, keepers)
