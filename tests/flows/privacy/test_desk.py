from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import NOW, Cast
from zhike.domain.accounts.models import User
from zhike.domain.commitments.models import Commitment
from zhike.domain.commitments.services import escalate_overdue, fulfil, miss, waive
from zhike.domain.customers.models import Contact
from zhike.domain.privacy import services
from zhike.domain.privacy.models import PersonRequest
from zhike.domain.privacy.queries import find_request, matching_requests, request_steps
from zhike.flows.privacy import desk as story
from zhike.kernel.clock import COMPANY_ZONE
from zhike.kernel.errors import Conflict, Denied, NotFound, Refused
from zhike.kernel.models import Activity

WHY = "the test looks at everything"


def ask(desk: User, liu: Contact, **changed: Any) -> PersonRequest:
    values: dict[str, Any] = {
        "kind": "access", "person": liu, "asked_by": "本人", "channel": "email", "received_at": NOW, "owner": desk,
    }  # fmt: skip
    return story.receive(actor=desk, now=NOW, **(values | changed))


def promise_of(request: PersonRequest) -> Commitment:
    return Commitment.objects.unscoped(WHY).get(source_kind="person_request", source_id=request.pk)


def test_a_request_is_due_within_fifteen_working_days_and_stands_on_today(desk: User, liu: Contact) -> None:
    request = ask(desk, liu)
    assert request.number == "PR202603001"
    # Monday 16 March; Qingming is Sunday 5 April with Monday 6 April off, so fifteen working days end on 7 April.
    assert request.due_at.astimezone(COMPANY_ZONE).date().isoformat() == "2026-04-07"
    promised = promise_of(request)
    assert (promised.owner, promised.due_at, promised.customer_id) == (desk, request.due_at, liu.customer_id)
    assert liu.name not in promised.content


def test_the_promise_ends_with_the_request_and_in_no_other_way(desk: User, liu: Contact) -> None:
    promised = promise_of(ask(desk, liu))
    for end in (fulfil, miss):
        with pytest.raises(Refused):
            end(commitment=promised, now=NOW, actor=desk)
    with pytest.raises(Refused):
        waive(commitment=promised, reason="不想做", now=NOW, actor=desk)
    assert promise_of(PersonRequest.objects.unscoped(WHY).get()).closed_at is None


def test_a_late_answer_is_escalated_like_any_other_promise(cast: Cast, desk: User, liu: Contact) -> None:
    request = ask(desk, liu)
    assert escalate_overdue(now=request.due_at + timedelta(minutes=1)) == 1
    assert promise_of(request).escalations.get().to == cast.zhao


def test_the_way_of_a_request(desk: User, liu: Contact) -> None:
    request = ask(desk, liu)
    with pytest.raises(Conflict):
        story.answer(request=request, text="寄出", actor=desk, now=NOW)
    services.check_identity(request=request, proof="known_contact", actor=desk, now=NOW, note="回拨核实")
    services.begin_request(request=request, actor=desk, now=NOW)
    answered = story.answer(request=request, text="已通过邮件发送", actor=desk, now=NOW + timedelta(days=1))
    assert (answered.state, answered.closed_by_id) == ("answered", desk.pk)
    assert promise_of(request).outcome == "kept"
    assert [step.verb for step in request_steps(request)] == ["received", "checked", "in_work", "answered"]
    assert Activity.objects.filter(kind="privacy").count() == 4
    with pytest.raises(Conflict):
        story.refuse(request=request, reason="太晚了", actor=desk, now=NOW)


def test_a_refusal_needs_its_reason_and_keeps_the_promise(desk: User, liu: Contact) -> None:
    request = ask(desk, liu)
    with pytest.raises(Refused):
        story.refuse(request=request, reason=" ", actor=desk, now=NOW)
    assert story.refuse(request=request, reason="无法核实身份", actor=desk, now=NOW).state == "refused"
    assert promise_of(request).outcome == "kept"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"channel": "pigeon"}, "channel"),
        ({"asked_by": " "}, "asked_by"),
        ({"received_at": NOW + timedelta(hours=1)}, "received_at"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    desk: User, liu: Contact, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        ask(desk, liu, **changed)
    assert refusal.value.field == field


def test_a_request_taken_down_too_late_is_late_at_once(desk: User, liu: Contact) -> None:
    received: datetime = NOW - timedelta(days=60)
    request = ask(desk, liu, received_at=received)
    assert request.due_at < NOW
    assert list(matching_requests(desk, state="open").overdue(NOW)) == [request]
    assert promise_of(request).due_at > NOW


def test_who_has_no_part_in_the_desk_sees_nothing_of_it(cast: Cast, desk: User, liu: Contact) -> None:
    request = ask(desk, liu)
    with pytest.raises(Denied):
        story.receive(
            kind="access", person=liu, asked_by="x", channel="email", received_at=NOW, owner=cast.li, actor=cast.li,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(NotFound):
        find_request(cast.wang, request.number)
    with pytest.raises(NotFound):
        services.begin_request(request=request, actor=cast.wang, now=NOW)
