import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments import services
from zhike.domain.commitments.models import ServiceStandard


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands speak the language of the terminal."""
    monkeypatch.setenv("LANGUAGE", "en")


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def run_json(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


@pytest.mark.parametrize(
    ("start", "rule", "deadline"),
    [
        ("2026-02-13T17:30", "2 working hours", "2026-02-14T10:30+08:00"),
        ("2026-02-13T09:30+00:00", "2 working hours", "2026-02-14T10:30+08:00"),
        ("2026-02-13", "1 hour", "2026-02-13T01:00+08:00"),
        ("2026-02-13T17:30:15", "1 week", "2026-02-20T17:30:15+08:00"),
    ],
)
def test_due_tells_the_deadline_in_company_time(db: None, start: str, rule: str, deadline: str) -> None:
    assert run("due", start, rule) == f"{deadline}\n"
    assert run_json("due", start, rule)["due"] == deadline


@pytest.mark.parametrize(("start", "rule"), [("tomorrow", "2 hours"), ("2026-02-13", "2 beers")])
def test_due_refuses_what_it_cannot_read_in_a_sentence(db: None, start: str, rule: str) -> None:
    with pytest.raises(CommandError, match=r"expected|write"):
        run("due", start, rule)


@pytest.fixture
def owed(cast: Cast) -> None:
    ServiceStandard.objects.create(
        key="first-answer",
        content={"zh": "首次答复", "en": "Answer"},
        trigger="event",
        event="first_contact",
        rule="2 working hours",
        escalation=["due"],
        started_at=NOW,
    )
    services.start(
        event="first_contact",
        customer=cast.precision,
        source_kind="customer",
        source_id=cast.precision.pk,
        now=NOW,
        actor=None,
    )
    made = services.promise(
        customer=cast.tide,
        content="寄样品",
        owner=cast.sun,
        due_at=NOW + timedelta(days=3),
        source_kind="interaction",
        source_id=5,
        now=NOW,
        actor=None,
    )
    services.fulfil(commitment=made, now=NOW, actor=cast.sun)
    services.escalate_overdue(now=NOW + timedelta(hours=3))


def test_commitments_are_listed_with_all_that_is_known_of_them(cast: Cast, owed: None) -> None:
    first, second = run_json("commitments")
    assert first == {
        "customer": cast.precision.number,
        "standard": "first-answer",
        "content": "Answer",
        "owner": "li@example.com",
        "due_at": "2026-03-16T12:00:00+08:00",
        "source": f"customer:{cast.precision.pk}",
        "status": "open",
        "escalations": [{"step": 1, "to": "chen@example.com", "at": "2026-03-16T13:00:00+08:00"}],
    }
    assert (second["standard"], second["content"], second["source"], second["status"]) == (
        None,
        "寄样品",
        "interaction:5",
        "kept",
    )


@pytest.mark.parametrize(
    ("words", "customers"),
    [
        (["--owner", "SUN@example.com"], ["C202603002"]),
        (["--due-by", "2026-03-18"], ["C202603001"]),
        (["--due-by", "2026-03-19"], ["C202603001", "C202603002"]),
        (["--status", "kept"], ["C202603002"]),
        (["--status", "missed"], []),
    ],
)
def test_commitments_can_be_narrowed(owed: None, words: list[str], customers: list[str]) -> None:
    assert [row["customer"] for row in run_json("commitments", *words)] == customers


def test_an_owner_whom_nobody_knows_is_named(owed: None) -> None:
    with pytest.raises(CommandError, match="nobody@example"):
        run("commitments", "--owner", "nobody@example.com")


def test_commitments_are_readable_as_lines(owed: None) -> None:
    assert run("commitments", "--status", "open").split() == [
        "2026-03-16T12:00",
        "open",
        "C202603001",
        "li@example.com",
        "Answer",
    ]


def test_init_sets_the_company_up_and_prints_a_generated_password_once(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    words = ["init", "--playbook", "service-desk", "--company", "远山科技", "--admin", "zhao@example.com"]
    answer = run_json(*words)
    assert (answer["company"], answer["playbook"], answer["email"]) == ("远山科技", "service-desk", "zhao@example.com")
    assert User.objects.get().check_password(answer["password"])
    with pytest.raises(CommandError, match="set up already"):
        run(*words)


def test_init_takes_the_password_from_a_line_of_input_and_does_not_repeat_it(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Gao-Shan-Liu-Shui\nanother line\n"))
    text = run("init", "--playbook", "b2b-abc", "--company", "远山科技", "--admin", "zhao@example.com")
    assert "Gao-Shan" not in text
    assert User.objects.get().check_password("Gao-Shan-Liu-Shui")


def test_init_refuses_a_playbook_that_is_wrong_before_it_writes_anything(db: None) -> None:
    with pytest.raises(CommandError, match="b2b-abc"):
        run("init", "--playbook", "nix", "--company", "远山科技", "--admin", "zhao@example.com")
    assert not User.objects.exists()
