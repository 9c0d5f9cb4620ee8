from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.contrib.auth import authenticate

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import Company, Permission, Role, User
from zhike.domain.commitments.models import Closure, ServiceStandard
from zhike.domain.commitments.queries import working_calendar
from zhike.domain.segmentation.models import Scheme, SchemeVersion
from zhike.flows.first_run import set_up
from zhike.flows.playbooks import SHIPPED, Playbook, adopt, export, read, read_text
from zhike.kernel.errors import Conflict, Denied, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

LATER = NOW + timedelta(days=1)


def changed(playbook: Playbook, **fields: Any) -> Playbook:
    return playbook.model_copy(update=fields)


@pytest.mark.parametrize("name", SHIPPED)
def test_adopting_a_playbook_twice_changes_nothing_the_second_time(cast: Cast, name: str) -> None:
    playbook = read(name)
    first = adopt(playbook, now=NOW, actor=cast.zhao)
    assert first.standards == len(playbook.standards)
    trail = Activity.objects.count()
    assert adopt(playbook, now=LATER, actor=cast.zhao).changes == 0
    assert Activity.objects.count() == trail
    assert ServiceStandard.objects.count() == len(playbook.standards)
    assert SchemeVersion.objects.count() == len(playbook.schemes)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_playbook_has_the_files_reviewed_quarterly(name: str) -> None:
    (review,) = (standard for standard in read(name).standards if standard.key == "archive-reviewed")
    assert (review.every, review.through) == ("quarter", "task")


def test_the_company_works_by_what_it_adopted(cast: Cast) -> None:
    adopt(read("retail-rfm"), now=NOW, actor=cast.zhao)
    assert Company.objects.get().playbook == "retail-rfm"
    assert working_calendar().is_working_day(date(2026, 10, 1))
    director = Role.objects.get(key="sales_director")
    assert director.name["zh"] == "销售总监"
    assert Permission.objects.get(role=director, kind="customer", action="assign").level == Level.BELOW
    assert not Permission.objects.filter(role__key="auditor", kind="customer").exists()
    assert Scheme.objects.get(is_primary=True).key == "rfm"
    standard = ServiceStandard.objects.get(key="high-value-monthly-care")
    assert (standard.trigger, standard.rule, standard.tiers) == ("cadence", "month", ["high_value"])
    assert (standard.owner_role, standard.channel, standard.escalation) == (
        "owner",
        "wechat",
        ["due", "1 working day"],
    )


def test_a_changed_standard_comes_into_force_as_its_next_version(cast: Cast) -> None:
    playbook = read("b2b-abc")
    adopt(playbook, now=NOW, actor=cast.zhao)
    stricter = playbook.standards[0].model_copy(update={"within": "12 hours"})
    result = adopt(changed(playbook, standards=(stricter, *playbook.standards[1:])), now=LATER, actor=cast.zhao)
    assert (result.standards, result.changes) == (1, 1)
    versions = ServiceStandard.objects.filter(key=stricter.key).order_by("version")
    assert [(row.version, row.rule, row.retired_at) for row in versions] == [
        (1, "24 hours", LATER),
        (2, "12 hours", None),
    ]


def test_another_playbook_retires_what_it_does_not_have(cast: Cast) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    service_desk = read("service-desk")
    result = adopt(service_desk, now=LATER, actor=cast.zhao)
    in_force = ServiceStandard.objects.filter(retired_at__isnull=True).values_list("key", flat=True)
    assert set(in_force) == {standard.key for standard in service_desk.standards}
    assert list(Scheme.objects.filter(retired_at__isnull=True).values_list("key", flat=True)) == ["customers"]
    assert result.retired > 0
    adopt(read("b2b-abc"), now=LATER + timedelta(days=1), actor=cast.zhao)
    assert ServiceStandard.objects.get(key="a-monthly-talk", retired_at__isnull=True).version == 2


def test_a_role_of_the_companys_own_is_left_alone(cast: Cast) -> None:
    own = Role.objects.create(key="gardener", name={"zh": "园丁"})
    Permission.objects.create(role=own, kind="customer", action="view", level=Level.ALL)
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    assert Permission.objects.get(role=own).level == Level.ALL


def test_only_who_looks_after_access_adopts_other_roles(cast: Cast) -> None:
    keeper = Role.objects.create(key="keeper", name={"zh": "x", "en": "x"})
    Permission.objects.create(role=keeper, kind="playbook", action="approve", level=Level.ALL)
    cast.li.roles.set([keeper])
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    adopt(read("service-desk"), now=NOW, actor=cast.li)
    before = Activity.objects.count()
    (first, *others) = read("retail-rfm").roles
    for role in (
        first.model_copy(update={"may": {"customer": {"view": Level.ALL}}}),
        first.model_copy(update={"key": "y"}),
    ):
        with pytest.raises(Denied, match="负责访问安全"):
            adopt(changed(read("retail-rfm"), roles=(role, *others)), now=LATER, actor=cast.li)
    assert Activity.objects.count() == before
    assert Company.objects.get().playbook == "service-desk"
    assert not Role.objects.filter(key="y").exists()


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_written_out_is_read_and_adopted_without_a_change(cast: Cast, name: str) -> None:
    Role.objects.exclude(key="administrator").delete()
    adopt(read(name), now=NOW, actor=cast.zhao)
    Closure.objects.create(day=date(2026, 12, 31), name="盘点")
    text = export()
    assert yaml.safe_load(text)["working_time"]["exceptions"][0]["name"] == "盘点"
    again = read_text(text, "export.yaml")
    assert adopt(again, now=LATER, actor=cast.zhao).changes == 0


def test_the_first_run_makes_a_company_that_can_be_signed_in_to(db: None) -> None:
    administrator = set_up(
        company="远山科技",
        email="Zhao@Example.com",
        name="赵敏",
        password="Gao-Shan-Liu-Shui",
        playbook=read("b2b-abc"),
        now=NOW,
    )
    assert administrator.may("customer", "delete")
    assert authenticate(email="zhao@example.com", password="Gao-Shan-Liu-Shui") == administrator
    assert ServiceStandard.objects.filter(retired_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("email", {"email": "nobody"}),
        ("company", {"company": " "}),
        ("company", {"company": "远" * 121}),
        ("password", {"password": "short"}),
    ],
)
def test_a_first_run_that_is_refused_leaves_nothing(db: None, field: str, fields: dict[str, str]) -> None:
    values = {"company": "远山科技", "email": "zhao@example.com", "name": "赵敏", "password": "Gao-Shan-Liu-Shui"}
    with pytest.raises(Refused):
        set_up(**{**values, **fields}, playbook=read("b2b-abc"), now=NOW)
    assert not User.objects.exists()
    assert not Company.objects.exists()
    assert not ServiceStandard.objects.exists()


def test_a_second_first_run_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        set_up(
            company="近水科技",
            email="new@example.com",
            name="新人",
            password="Gao-Shan-Liu-Shui",
            playbook=read("b2b-abc"),
            now=NOW,
        )
