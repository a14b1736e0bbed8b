"""No right is gained by telling another time: each attack, and every step at any told time."""

import os
from datetime import datetime, timedelta
from itertools import islice
from random import Random

import pytest
from msgspec import Struct

from gotovo.order.decide import decide
from gotovo.order.facts import Decision, Facts
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import Place
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Pickup, Stage
from gotovo.points.delivery_slots import delivery_slots
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    BORIS,
    DAILY,
    EVERYBODY,
    IMPORT,
    LENA,
    NOON,
    OLEG,
    Play,
    basket,
)
from tests.support.order.exploration import WORLD, Situation, situations

PROMISE = frozenset({"promised_for", "promised_until", "promise_rule", "counted_from"})
HISTORY = PROMISE | {"promise_kept", "known_at"}
"""What a told time may change in an event: when it happened, and how the promise was kept."""

DAYS = timedelta(days=3)

SHARDS = 4
SHARDS_WALKED = SHARDS if os.environ.get("GOTOVO_TEST_FULL") == "1" else 1


def archived(at: datetime) -> Play:
    """Return an order of another system, handed over at an instant."""
    play = Play(now=max(at, NOON)).do(basket(imported=True), IMPORT, at)
    play.do(stories.pay(), IMPORT, at).do(stories.Dispatch(), IMPORT, at)
    return play.do(HandOver(), IMPORT, at)


def test_a_photographed_qr_opens_nothing_whatever_time_is_told() -> None:
    play = stories.shelved(Pickup("KZN-2"))
    photographed_at, qr = play.now, play.qr()
    play.wait(hours=2)
    for command in (HandOver(qr=qr), OpenHandover(qr=qr)):
        assert play.refused(command, OLEG, photographed_at) is Code.WRONG_CODE
    assert (play.stage, play.order.codes.wrong_tries) == (Stage.SHELVED, 2)


@pytest.mark.parametrize(("command", "actor"), [(ClaimReturn(), ANNA), (AcceptReturn(), LENA)])
@pytest.mark.parametrize("imported", [False, True])
def test_nothing_is_brought_back_after_the_period_whatever_time_is_told(
    command: Struct, actor: Actor, *, imported: bool
) -> None:
    play = archived(NOON) if imported else stories.issued()
    told = play.now + timedelta(days=6)
    play.wait(days=8)
    assert play.refused(command, actor, told) is Code.RETURN_PERIOD_OVER


def test_a_buyer_takes_no_slot_that_is_not_offered_any_more() -> None:
    play = stories.with_courier()
    told, slot = play.now, next(iter(delivery_slots(DAILY, play.now)))
    play.now = slot.ends_at
    assert play.refused(AgreeSlot(*slot), ANNA, told) is Code.WRONG_TIME


def test_an_import_is_decided_as_of_the_times_of_its_source() -> None:
    at = NOON - timedelta(days=400)
    play = archived(at)
    claimed_at = at + timedelta(days=2)
    play.do(ClaimReturn(), IMPORT, claimed_at)
    assert play.refused(ClaimReturn(note="again"), BORIS, None) is Code.RETURN_PERIOD_OVER


def decided_alike(
    here: Situation, command: Struct, actor: Actor, *, ago: float, wait: float
) -> None:
    """Compare a decision at a told time with one that tells none."""
    order, now = here.order, here.now + wait * DAYS
    earliest = max(order.placed_at, now - DAYS) if not order.imported else now - DAYS
    at = now - ago * (now - earliest)
    told = decide(order, command, Facts(WORLD, actor, "c", at, now, client_time=True))
    untold = decide(order, command, Facts(WORLD, actor, "c", max(now, order.last_at), now))
    assert gained(told) == gained(untold), (command, actor, order)


def gained(decision: Decision) -> tuple[object, ...]:
    """Return all that a decision gives or takes: its refusal, its events and every deadline."""
    refusal = decision.refusal.code if decision.refusal else None
    events = [
        (
            type(event),
            *[(f, getattr(event, f)) for f in event.__struct_fields__ if f not in HISTORY],
        )
        for event in decision.events
        if not (isinstance(event, AttentionRaised) and event.flag is Attention.CONTRADICTION)
    ]
    return refusal, events


def by_told_time(command: Struct, actor: Actor) -> bool:
    """Tell whether the time is the command's matter: captured money, and what was agreed then."""
    agreed = isinstance(command, AgreeSlot) and actor.role is not Role.BUYER
    return agreed or isinstance(command, (Pay, PayAtPoint, Place))


@pytest.mark.parametrize("shard", range(SHARDS_WALKED))
def test_a_told_time_changes_no_decision_of_any_step(shard: int) -> None:
    """Rules 4.2, 4.3 and 4.7: it changes when something happened, and nothing that follows."""
    random = Random(shard)
    compared: set[str] = set()
    for here in islice(situations(), shard, None, SHARDS):
        for command in here.commands:
            row = ROW_OF[type(command)]
            actor = random.choice([each for each in EVERYBODY if each.role in row.who])
            if not by_told_time(command, actor):
                wait = random.choice((0, 0.01, 1, 3)) * random.random()
                decided_alike(here, command, actor, ago=random.random(), wait=wait)
                compared.add(row.step)
    assert len(compared) > 30


def test_an_import_does_not_learn_of_another_points_order_by_telling_an_earlier_time() -> None:
    """Rules 4.16 and 4.19: who may see an order is decided as of now."""
    play = archived(NOON)
    play.wait(days=30)
    clerk = Actor(Role.POINT, "oleg", "KZN-2", imports=True)
    assert play.refused(AcceptReturn(), clerk, NOON + timedelta(days=1)) is Code.UNKNOWN_ORDER
