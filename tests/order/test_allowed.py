"""What may be done now agrees with what is done: `allowed` and `decide` are one rule."""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

import pytest
from msgspec import Struct, structs

from gotovo.order.allowed import AllowedStep, allowed, allowed_steps
from gotovo.order.checks.goods_check import units_with_buyer
from gotovo.order.decide import decide
from gotovo.order.facts import Circumstances
from gotovo.order.lifecycle import ROW_OF, TABLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.actor import Actor
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.handover.proofs import NoCodeReason, WithoutCode
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.order import (
    Attention,
    Pickup,
    Reason,
    Stage,
    Units,
    all_units,
    place_of,
)
from gotovo.order.values.pickup_codes import qr_text
from gotovo.order.values.roles import TIMERS
from gotovo.points.delivery_slots import delivery_slots
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    BORIS,
    DAILY,
    KOLYA,
    LENA,
    OLEG,
    PETYA,
    SECRET,
    SHOP,
    SONYA,
    Play,
)
from tests.support.order.exploration import WORLD, Situation, facts_of, situations

ACTORS = (ANNA, SHOP, PETYA, LENA, OLEG, KOLYA, SONYA, BORIS)
PERIOD_OVER = timedelta(days=8)
SHARDS = 8
"""The situations are walked in parts, so that a failure names a part and tests run side by side."""

SHARDS_WALKED = SHARDS if os.environ.get("GOTOVO_TEST_FULL") == "1" else 1
"""Every eighth situation, of which there are thousands; the others with `./test --full`."""


def in_exploration(actor: Actor, at: datetime) -> Circumstances:
    return Circumstances(actor, at, WORLD.points, WORLD.terms)


def sensible(here: Situation, at: datetime) -> Iterator[Struct]:
    """Yield what the walk tried, and what only a person with the right thing in hand sends.

    A hand-over that happened without the network is a fact: it is recorded, never asked for.
    """
    for command in here.commands:
        if not (isinstance(command, HandOver) and command.fact):
            yield command
    order = here.order
    nothing_taken = HandOver(refused=tuple(_back(each) for each in all_units(order)))
    yield nothing_taken
    yield structs.replace(nothing_taken, without_code=AGREED)
    yield HandOver(qr=qr_text(SECRET, order.number, place_of(order), order.codes.counter, at))
    yield RaiseAttention(Attention.DISPUTE, note="again")
    yield Cancel(Reason.DAMAGED)
    yield Redirect(Pickup("KZN-2"))
    yield AgreeSlot(at + timedelta(hours=1), at + timedelta(hours=2))
    for offered in islice(delivery_slots(DAILY, at), 2):
        yield AgreeSlot(*offered)
    yield Dispatch(courier="mitya")
    yield Shelve(cell="B2")
    yield AcceptReturn()
    for units in units_with_buyer(order):
        yield RefuseReturn((DeclinedUnits(units.line, units.quantity, ReturnDecline.USED),))
    for refund in order.refunds:
        yield CompleteRefund(refund.id)


AGREED = WithoutCode(NoCodeReason.NO_PHONE, approved_by="maria")


def _back(units: Units) -> RefusedUnits:
    """Return units that the buyer of an opened hand-over leaves at the desk for a defect."""
    return RefusedUnits(units.line, units.quantity, GoodsRefusal.DEFECT)


def accepted_steps(here: Situation, actor: Actor, at: datetime) -> dict[str, set[str]]:
    """Return, step by step, how `decide` answers the sensible commands of this actor."""
    found: dict[str, set[str]] = defaultdict(set)
    for command in sensible(here, at):
        decision = decide(here.order, command, facts_of(here.order, command, actor, at))
        step = ROW_OF[type(command)].step
        if decision.refusal is not None:
            found[step].add(decision.refusal.code)
        else:
            found[step].add("accepted" if decision.events else "already done")
    return found


@pytest.mark.parametrize("shard", range(SHARDS_WALKED))
def test_a_step_is_allowed_exactly_where_a_sensible_command_is_accepted(shard: int) -> None:
    for here in islice(situations(), shard, None, SHARDS):
        issued = here.order.stage is Stage.ISSUED
        for at in (here.now, here.now + PERIOD_OVER) if issued else (here.now,):
            for actor in ACTORS:
                answers = accepted_steps(here, actor, at)
                for step in allowed_steps(here.order, in_exploration(actor, at)):
                    accepted = "accepted" in answers[step.step]
                    assert step.allowed is accepted, (step, actor, answers[step.step], here.order)


def test_a_step_that_is_not_allowed_is_refused_for_a_reason_or_was_done_before() -> None:
    seen = {False: 0, True: 0}
    for here in islice(situations(), 0, None, 50):
        for actor in ACTORS:
            answers = accepted_steps(here, actor, here.now)
            for step in allowed_steps(here.order, in_exploration(actor, here.now)):
                if not step.allowed and step.refusal is None:
                    assert "already done" in answers[step.step], step
                    seen[True] += 1
                elif step.refusal is not None:
                    assert not step.allowed
                    seen[False] += 1
    assert min(seen.values()) > 0


def now_of(play: Play, actor: Actor, at: datetime | None = None) -> Circumstances:
    return Circumstances(actor, at or play.now, play.world.points, play.world.terms)


def judged(play: Play, actor: Actor) -> dict[str, AllowedStep]:
    return {step.step: step for step in allowed_steps(play.order, now_of(play, actor))}


def test_every_step_of_the_table_is_judged_except_placing_and_what_timers_do() -> None:
    timers = {row.step for row in TABLE if row.who == TIMERS}
    listed = list(judged(stories.shelved(), ANNA))
    assert listed == [
        row.step for row in TABLE if row.step != "placement" and row.step not in timers
    ]


def test_a_step_of_others_is_refused_by_role() -> None:
    step = judged(stories.shelved(), ANNA)["picking"]
    assert step.refusal is not None
    assert (step.refusal.code, step.refusal.field) == (Code.NOT_PERMITTED, "role")


def test_a_clerk_of_another_point_may_do_nothing_with_an_open_order() -> None:
    codes = {
        step.refusal.code
        for step in judged(stories.shelved(), OLEG).values()
        if step.refusal is not None and step.refusal.code is not Code.NOT_PERMITTED
    }
    assert codes == {Code.WRONG_POINT}


def test_the_desk_hears_why_an_order_is_not_handed_over() -> None:
    unpaid = judged(stories.placed(), LENA)["handover"]
    assert unpaid.refusal == Refusal(Code.UNPAID, "stage", "placed")


def test_a_courier_calls_before_agreeing_a_time_and_the_buyer_need_not() -> None:
    play = stories.with_courier()
    assert not allowed(play.order, "slot", now_of(play, KOLYA))
    assert allowed(play.order, "slot", now_of(play, ANNA))


def test_storage_is_extended_by_the_buyer_once() -> None:
    play = stories.shelved()
    assert allowed(play.order, "storage-extension", now_of(play, ANNA))
    play.do(ExtendStorage(), ANNA)
    step = judged(play, ANNA)["storage-extension"]
    assert step.refusal is not None
    assert step.refusal.code is Code.EXTENSION_USED


def test_a_return_is_claimed_until_the_deadline_and_not_after_it() -> None:
    play = stories.issued()
    assert play.order.closed_at is not None
    last = play.order.closed_at + timedelta(days=play.world.terms.return_days)
    at_the_deadline = Circumstances(ANNA, last, play.world.points, play.world.terms)
    after = Circumstances(ANNA, last + timedelta.resolution, play.world.points, play.world.terms)
    assert allowed(play.order, "return-claim", at_the_deadline)
    assert not allowed(play.order, "return-claim", after)
    play.do(ClaimReturn(), ANNA)
    assert allowed(
        play.order, "return", Circumstances(SONYA, after.now, play.world.points, play.world.terms)
    )
