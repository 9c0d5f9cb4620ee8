"""The night plans, the morning shows what is due, a talk is logged, the plan is ticked, the next step is arranged."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import NOW, Cast
from tests.web.conftest import Visit
from tests.web.promised import in_tier
from zhike.domain.care.services import plan
from zhike.domain.commitments import services
from zhike.domain.commitments.models import Commitment, ServiceStandard
from zhike.domain.orders.models import Order
from zhike.domain.segmentation.models import Scheme
from zhike.kernel import clock


def test_a_planned_talk_is_shown_logged_ticked_and_followed_by_the_next_one(cast: Cast, visit: Visit) -> None:
    in_tier(cast.precision, "a")
    Order.objects.create(
        customer=cast.precision,
        number="D1",
        ordered_on=clock.local_date(NOW),
        amount_minor=60_000_000,
        created_at=NOW,
        changed_at=NOW,
    )
    ServiceStandard.objects.create(
        key="monthly-talk",
        name={"zh": "每月沟通", "en": "Monthly talk"},
        content={"zh": "了解经营近况", "en": "Ask how business goes"},
        trigger="cadence",
        rule="month",
        scheme=Scheme.objects.get(),
        tiers=["a"],
        channel="phone",
        escalation=["due"],
        started_at=NOW - timedelta(days=90),
    )
    some_weeks_ago = NOW - timedelta(days=40)
    plan(as_of=clock.local_date(some_weeks_ago), now=some_weeks_ago)
    services.escalate_overdue(now=NOW)

    morning = visit(cast.li).get("/")
    late = morning.context["board"].overdue
    assert {item.customer for item in late} == {cast.precision}
    assert late[0] in visit(cast.chen).get("/").context["escalated"]

    address = f"/customers/{cast.precision.number}/interactions/"
    form = visit(cast.li).get(address, {"commitment": late[0].pk}).context["form"]
    logged = visit(cast.li).post(
        address,
        {
            "token": form["token"].value(),
            "channel": form["channel"].value(),
            "is_connected": "yes",
            "when": "now",
            "summary": "客户一季度扩产",
            "feedback": "交付及时",
            "fulfils": form["fulfils"].value(),
            "next-TOTAL_FORMS": "0",
            "next-INITIAL_FORMS": "0",
        },
        headers={"HX-Request": "true"},
    )
    proposal = logged.context["logged"].proposal
    assert proposal.planned.customer == cast.precision
    interaction = logged.context["interaction"]
    visit(cast.li).post(
        f"/interactions/{interaction.pk}/proposal/",
        {"due_on": proposal.due_on.isoformat()},
        headers={"HX-Request": "true"},
    )

    assert late[0] not in visit(cast.li).get("/").context["board"].overdue
    assert late[0] not in visit(cast.chen).get("/").context["escalated"]
    row = next(item for item in visit(cast.li).get("/care/?period=all").context["items"] if item == late[0])
    assert (row.outcome, row.closed_at, row.feedback) == ("kept", NOW, "交付及时")
    assert Commitment.everything.get(pk=proposal.planned.pk).planned_on == proposal.due_on
