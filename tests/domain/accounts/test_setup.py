"""The first run: a code that works once, a company, an administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts import queries, rules, services
from zhike.domain.accounts.models import Company, SetupCode, User
from zhike.kernel.errors import Conflict, NotFound, Refused
from zhike.kernel.models import Activity
from zhike.kernel.scope import Level

pytestmark = pytest.mark.django_db
PASSWORD = "远山-大雁-2026-南飞"


def test_a_setup_code_opens_the_door_once() -> None:
    code = services.issue_setup_code(now=NOW)
    services.spend_setup_code(code=code, now=NOW)
    with pytest.raises(NotFound):
        services.spend_setup_code(code=code, now=NOW)


def test_a_setup_code_is_not_kept_as_it_was_printed() -> None:
    code = services.issue_setup_code(now=NOW)
    assert not SetupCode.objects.filter(digest=code).exists()


def test_a_setup_code_lapses_after_a_day() -> None:
    code = services.issue_setup_code(now=NOW)
    queries.open_setup_code(code, now=NOW + rules.SETUP_CODE_LASTS - timedelta(seconds=1))
    with pytest.raises(NotFound):
        queries.open_setup_code(code, now=NOW + rules.SETUP_CODE_LASTS)


def test_a_new_setup_code_replaces_the_one_before() -> None:
    first = services.issue_setup_code(now=NOW)
    services.issue_setup_code(now=NOW)
    with pytest.raises(NotFound):
        queries.open_setup_code(first, now=NOW)


def test_no_setup_code_is_issued_once_somebody_can_sign_in(cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.issue_setup_code(now=NOW)


def test_founding_the_company_makes_a_head_office_and_an_administrator_who_may_do_everything() -> None:
    person = services.found_company(
        name="远山科技", administrator="赵敏", email="Zhao@Example.com", password=PASSWORD, now=NOW
    )
    person = User.objects.get(pk=person.pk)
    assert person.email == "zhao@example.com"
    assert person.check_password(PASSWORD)
    assert person.department is not None
    assert person.department.head == person
    assert {person.level(kind, action) for kind, actions in rules.KINDS.items() for action in actions} == {Level.ALL}
    assert Activity.objects.filter(verb="found", kind="company").count() == 1


def test_a_second_company_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        services.found_company(name="别家", administrator="某人", email="x@example.com", password=PASSWORD, now=NOW)
    assert Company.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234"])
def test_a_weak_password_is_refused_and_nothing_is_written(password: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.found_company(name="远山", administrator="赵敏", email="z@example.com", password=password, now=NOW)
    assert refusal.value.field == "password"
    assert not Company.objects.exists()
    assert not User.objects.exists()
