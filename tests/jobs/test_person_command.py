from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from tests.cast import NOW, Cast
from zhike.domain.customers.models import Contact
from zhike.domain.customers.services import add_contact
from zhike.domain.privacy import services
from zhike.flows.privacy import desk, erasing
from zhike.jobs.management.commands.person import Command
from zhike.kernel import clock, trail
from zhike.kernel.models import Activity


def run(*words: str) -> str:
    out = StringIO()
    call_command(Command(), *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def liu(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Contact:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return add_contact(customer=cast.precision, name="刘海棠", phone="13812345678", actor=cast.li, now=NOW)


def test_the_file_of_a_person_is_printed_or_written(liu: Contact, tmp_path: Path) -> None:
    printed = json.loads(run("export", "--contact", str(liu.pk), "--reason", "PR1"))
    assert "13812345678" in str(printed["archive"])
    target = tmp_path / "person.xlsx"
    assert run("export", "--contact", str(liu.pk), "--reason", "PR1", "--workbook", str(target)) == ""
    assert "刘海棠" in [cell.value for row in load_workbook(target).active.iter_rows() for cell in row]
    assert set(trail.typed_words(Activity.objects.filter(verb="exported")).values()) == {"PR1"}
    assert Activity.objects.filter(verb="exported").count() == 2


def test_nobody_is_erased_by_one_pair_of_hands_at_the_console(cast: Cast, liu: Contact) -> None:
    request = desk.receive(
        kind="erase", person=liu, asked_by="本人", channel="phone", received_at=NOW, owner=cast.zhao, actor=cast.zhao,
        now=NOW,
    )  # fmt: skip
    services.check_identity(request=request, proof="document", actor=cast.zhao, now=NOW)
    services.begin_request(request=request, actor=cast.zhao, now=NOW)
    erasing.ask(request=request, actor=cast.zhao, now=NOW)
    cast.chen.roles.set(cast.zhao.roles.all())
    with pytest.raises(CommandError, match="invalid choice"):
        run("erase", request.number, "--approved-by", "chen@example.com")
    liu.refresh_from_db()
    assert liu.phone == "13812345678"


@pytest.mark.django_db(transaction=True)
def test_clearing_says_what_it_did(liu: Contact) -> None:
    assert json.loads(run("clear", "--preview", "--json"))["contacts"] == {"is_on": False, "count": 0}
    assert json.loads(run("clear", "--json"))["swept"] == 0
