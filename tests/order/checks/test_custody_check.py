"""Custody check: the warehouse, the driver, the point and the courier each act on what they hold.

Each refused attempt is one that a key of the wrong role could make before.
"""

from collections.abc import Callable

import pytest
from msgspec import Struct

from gotovo.order.allowed import allowed, allowed_steps
from gotovo.order.checks.custody_check import holders, not_at_clerks_point, not_in_custody
from gotovo.order.facts import Circumstances
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.reception import Receive
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Reason, Stage
from gotovo.order.values.roles import HOLDERS
from tests.support.order import stories
from tests.support.order.cast import EVERYBODY, KOLYA, LENA, NOON, OLEG, PETYA, SONYA, Play

LOST = RaiseAttention(Attention.LOST)


def tomorrow() -> ChangePromise:
    return ChangePromise(NOON.date(), None, "snow")


@pytest.mark.parametrize(
    ("story", "holding"),
    [
        (stories.placed, {Role.WAREHOUSE}),
        (stories.picking, {Role.WAREHOUSE}),
        (stories.packed, {Role.WAREHOUSE}),
        (stories.dispatched, {Role.COURIER, Role.POINT}),
        (stories.arrived, {Role.POINT}),
        (stories.handing_over, {Role.POINT}),
        (stories.with_courier, {Role.COURIER}),
        (stories.attempt_failed, {Role.COURIER}),
        (stories.issued, set()),
        (stories.turned_round, set()),
        (stories.received_back, set()),
    ],
)
def test_between_any_two_scans_it_is_known_who_holds_an_order(
    story: Callable[[], Play], holding: set[Role]
) -> None:
    """Rule 4.19."""
    order = story().order
    assert holders(order) == holding
    refused = {actor.role for actor in EVERYBODY if not_in_custody(order, HOLDERS, actor)}
    assert refused == (HOLDERS - holding if holding else set())


def test_parcels_that_came_apart_are_held_by_several() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    play.do(Dispatch(parcels=play.barcodes[:1]), PETYA)
    assert holders(play.order) == {Role.WAREHOUSE, Role.COURIER, Role.POINT}


@pytest.mark.parametrize(
    ("story", "command", "actor"),
    [
        (stories.paid, Cancel(Reason.LOST), LENA),
        (stories.packed, Cancel(Reason.DAMAGED), KOLYA),
        (stories.packed, LOST, LENA),
        (stories.packed, Dispatch(), LENA),
        (stories.shelved, Cancel(Reason.OUT_OF_STOCK), PETYA),
        (stories.shelved, Cancel(Reason.LOST), KOLYA),
        (stories.dispatched, tomorrow(), PETYA),
        (stories.with_courier, Cancel(Reason.OUT_OF_STOCK), PETYA),
        (stories.out_for_delivery, LOST, PETYA),
    ],
)
def test_what_somebody_else_holds_is_left_alone_and_never_offered(
    story: Callable[[], Play], command: Struct, actor: Actor
) -> None:
    """Rule 4.19."""
    play = story()
    assert play.refused(command, actor) is Code.NOT_IN_CUSTODY
    here = Circumstances(actor, play.now, play.world.points, play.world.terms)
    assert not allowed(play.order, ROW_OF[type(command)].step, here)


def test_a_point_sends_nothing_that_still_lies_in_the_warehouse() -> None:
    play = stories.packed(boxes=stories.TWO_BOXES)
    play.do(Dispatch(parcels=play.barcodes[:1]), PETYA)
    assert play.refused(Dispatch(), LENA) is Code.NOT_IN_CUSTODY


def test_the_driver_takes_parcels_over_from_the_warehouse() -> None:
    assert stories.packed().do(Dispatch(), KOLYA).stage is Stage.DISPATCHED


def test_a_scan_repeated_after_the_parcel_went_on_is_no_error() -> None:
    """Rule 4.13."""
    assert stories.shelved().is_already_done(Dispatch(), PETYA)


@pytest.mark.parametrize(
    ("story", "command"),
    [
        (stories.paid, StartPicking()),
        (stories.picking, Pack()),
        (stories.packed, Dispatch()),
        (stories.with_courier, Dispatch(courier="mitya")),
        (stories.paid, Cancel(Reason.OUT_OF_STOCK)),
        (stories.packed, tomorrow()),
        (stories.packed, LOST),
        (stories.withdrawn, Dispatch()),
        (stories.in_return, Receive()),
        (stories.dispatched, Dispatch()),
    ],
)
def test_a_warehouse_acts_only_on_what_it_serves_and_gets_back_what_left_it(
    story: Callable[[], Play], command: Struct
) -> None:
    """Rule 4.19."""
    play = story()
    before = play.order
    moscow, kazan = (Actor(Role.WAREHOUSE, "key", warehouse=code) for code in ("MSK", "KZN"))
    assert play.refused(command, moscow) is Code.NOT_IN_CUSTODY
    here = Circumstances(moscow, play.now, play.world.points, play.world.terms)
    assert not any(step.allowed for step in allowed_steps(play.order, here))
    assert play.order == before
    if story is stories.dispatched:
        assert play.is_already_done(command, kazan)
    else:
        play.do(command, kazan)


def test_an_open_order_is_closed_to_the_clerk_of_another_point() -> None:
    """Rule 4.19."""
    order = stories.shelved().order
    assert not_at_clerks_point(order, OLEG) is not None
    assert [not_at_clerks_point(order, actor) for actor in (LENA, PETYA, SONYA)] == [None] * 3


def test_a_closed_order_may_be_brought_to_any_point() -> None:
    assert not_at_clerks_point(stories.issued().order, OLEG) is None
