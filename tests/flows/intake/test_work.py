"""Batches are worked off, by whoever comes, exactly once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from tests.cast import NOW, Cast
from tests.flows.intake.conftest import Bring, counts
from zhike.domain.accounts.models import SystemActor, User
from zhike.domain.commitments.models import Commitment
from zhike.domain.imports import services
from zhike.domain.imports.models import Batch
from zhike.domain.orders.models import Order
from zhike.flows.intake import arrival, run_next_batch
from zhike.flows.intake.command_line import Request, take_file
from zhike.flows.intake.folders import stage_file
from zhike.flows.intake.withdrawal import unheard
from zhike.flows.intake.work import run, undo
from zhike.flows.playbooks import adopt, read
from zhike.gateways.stage import Stage
from zhike.kernel.errors import Conflict, Denied

HEADINGS = ("订单编号", "客户名称", "订单日期", "金额")
TIDE = "海潮贸易有限公司"
LINES = [(f"A{index % 7}", TIDE, "2026-03-05", index + 1) for index in range(40)]


def total() -> int:
    return sum(Order.objects.unscoped("a test").values_list("amount_minor", flat=True))


@pytest.fixture
def uploaded(cast: Cast, write: Callable[..., Path]) -> Batch:
    path = write(HEADINGS, *LINES)
    return arrival.take_in(arrival.file_chunks(path), kind="orders", name=path.name, actor=cast.sun, now=NOW)


def test_the_worker_checks_then_imports_what_waits(cast: Cast, uploaded: Batch) -> None:
    arrival.choose(uploaded, mapping=uploaded.mapping, sheet="", creates_missing=False, actor=cast.sun, now=NOW)
    assert run_next_batch(clock=lambda: NOW)
    uploaded.refresh_from_db()
    assert (uploaded.status, counts(uploaded), total()) == (Batch.Status.CHECKED, (40, 7, 0, 0, 0), 0)
    assert [row["row"] for row in uploaded.outline["preview"]][:2] == [2, 3]
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    assert run_next_batch(clock=lambda: NOW)
    uploaded.refresh_from_db()
    assert (uploaded.status, counts(uploaded), total()) == (Batch.Status.DONE, (40, 7, 0, 0, 0), 82_000)
    assert not run_next_batch(clock=lambda: NOW)


def test_a_batch_in_work_is_left_alone(cast: Cast, uploaded: Batch) -> None:
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    with Stage(stage_file(uploaded), uploaded.file_key):
        assert not run_next_batch(clock=lambda: NOW)
        with pytest.raises(Conflict, match=str(uploaded.pk)):
            run(uploaded, clock=lambda: NOW)
    assert run_next_batch(clock=lambda: NOW)


def test_asking_twice_is_asking_once(cast: Cast, uploaded: Batch) -> None:
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    run_next_batch(clock=lambda: NOW)
    with pytest.raises(Conflict):
        services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    assert total() == 82_000


def test_a_form_sent_twice_uploads_once(cast: Cast, write: Callable[..., Path]) -> None:
    path = write(HEADINGS, *LINES)

    def upload() -> Batch:
        chunks = arrival.file_chunks(path)
        return arrival.take_in(chunks, kind="orders", name=path.name, actor=cast.sun, now=NOW, token="t")

    upload()
    with pytest.raises(Conflict):
        upload()
    assert Batch.objects.unscoped("a test").count() == 1


@pytest.mark.parametrize("kills", [1, 3, 6])
def test_an_interrupted_import_carries_on_to_the_same_result(
    cast: Cast, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    monkeypatch.setattr("zhike.flows.intake.applying.CHUNK_ROWS", 6)
    request = Request(kind="orders", path=write(HEADINGS, *LINES))

    class KilledError(BaseException):
        pass

    def die(batch: Batch) -> None:
        raise KilledError

    for _kill in range(kills):
        with pytest.raises(KilledError), take_file(request, actor=SystemActor(), clock=lambda: NOW, tell=die):
            pass
    with take_file(request, actor=SystemActor(), clock=lambda: NOW, tell=unheard) as batch:
        assert (counts(batch), total()) == ((40, 7, 0, 0, 0), 82_000)
    assert Batch.objects.unscoped("a test").count() == 1


def test_a_batch_moved_by_another_process_is_not_written_twice(cast: Cast, uploaded: Batch) -> None:
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)

    def interfere(batch: Batch) -> None:
        Batch.objects.unscoped("a test").filter(pk=batch.pk).update(position=1)

    stale = Batch.objects.unscoped("a test").get(pk=uploaded.pk)
    services.begin(batch=stale, now=NOW)
    interfere(stale)
    with pytest.raises(Conflict):
        services.move_on(batch=stale, progress=services.Progress(rows=40))


def test_an_unexpected_error_ends_the_batch_with_a_sentence(
    cast: Cast, uploaded: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)

    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("zhike.flows.intake.orders.import_orders", fail)
    assert run_next_batch(clock=lambda: NOW)
    uploaded.refresh_from_db()
    assert uploaded.status == Batch.Status.FAILED
    assert uploaded.failure


def test_few_customers_are_graded_at_once(bring: Bring, cast: Cast) -> None:
    assert bring("orders", HEADINGS, *LINES).evaluated == 1


def test_few_customers_get_their_care_plan_at_once(bring: Bring, cast: Cast) -> None:
    adopt(read("b2b-abc"), now=NOW, actor=cast.zhao)
    assert bring("orders", HEADINGS, ("A1", TIDE, "2026-03-05", "60万")).evaluated == 1
    planned = Commitment.everything.filter(customer=cast.tide, standard__key="a-monthly-talk")
    assert {item.owner for item in planned} == {cast.sun}


def test_an_import_stops_where_its_maker_may_not_import_any_more(
    cast: Cast, uploaded: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhike.flows.intake.applying.CHUNK_ROWS", 6)
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)

    def leave(batch: Batch) -> None:
        if batch.position:
            User.objects.filter(pk=cast.sun.pk).update(is_active=False)

    with translation.override("en"), pytest.raises(Denied, match="may not import files any more"):
        run(uploaded, clock=lambda: NOW, tell=leave)
    uploaded.refresh_from_db()
    assert (uploaded.status, uploaded.position, uploaded.created) == (Batch.Status.FAILED, 6, 1)
    assert uploaded.failure.startswith("Stopped: ")
    assert undo(uploaded, actor=SystemActor(), clock=lambda: NOW).status == Batch.Status.UNDONE
    assert total() == 0


def test_what_waits_is_not_begun_once_its_maker_may_not_import_any_more(cast: Cast, uploaded: Batch) -> None:
    services.queue(batch=uploaded, is_dry_run=False, actor=cast.sun, now=NOW)
    cast.sun.roles.clear()
    assert run_next_batch(clock=lambda: NOW)
    uploaded.refresh_from_db()
    assert (uploaded.status, uploaded.rows_read, total()) == (Batch.Status.FAILED, 0, 0)
    assert not run_next_batch(clock=lambda: NOW)
