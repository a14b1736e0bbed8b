"""One command, one order, the facts: events to record, or a refusal. Nothing else happens here.

Every step is checked in the same order: may this role act, and for this shop, does the order exist
(a closed one is unknown to points that have nothing to do with it any more) and is in nobody else's
hands, can it have happened then, may the role act here, does the stage allow it. Only then the
step's own file decides, and what would change something needs custody of the parcels (rule 4.19): a
step taken once more is no error wherever they are by then (rule 4.13), save for a courier whom the
order does not concern and who did not bring it. What was issued may be brought back at any point,
so there the steps check the place themselves.

Of an erased buyer nothing is written any more: what changes something is taken without words, or
not at all (rule 4.16).

A told time is recorded and decides no right: that is done by the server's (rule 4.15). How far back
it may be told is a setting. An import alone tells a history, and each of its steps is decided as of
its own time.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct, structs

from gotovo.order.checks.custody_check import (
    in_other_hands,
    is_told,
    not_at_clerks_point,
    not_in_custody,
    not_on_round,
)
from gotovo.order.checks.handover.own_order import own_order
from gotovo.order.checks.return_period import unknown_to_clerk
from gotovo.order.checks.shop_check import for_another_shop, of_another_shop
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, refuse
from gotovo.order.lifecycle import ROW_OF, Row
from gotovo.order.refusals import Code
from gotovo.order.repetition import was_done
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.handover import as_fact
from gotovo.order.steps.payment import Pay, pay
from gotovo.order.steps.placement import Place, place
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.texts.order_text import free_text_field

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No event can be earlier: no shop has a history to import that is older."""


def decide(order: Order | None, command: Struct, facts: Facts) -> Decision:
    """Return what the command does to the order, given the facts."""
    row = ROW_OF[type(command)]
    refusal = row.not_permitted(facts.actor) or _for_another_shop(command, facts.actor)
    if refusal:
        return refusal
    if not isinstance(command, Place) and of_another_shop(order, facts.actor):
        order = None  # The same refusals in the same order as of a number that nobody has.
    impossible = _impossible_time(facts)
    if impossible:
        return _at_impossible_time(order, command, facts, impossible)
    if isinstance(command, Place):
        facts = _as_history(facts) if command.imported else facts
        return _too_long_ago(command, facts) or place(order, command, facts)
    return _carried_on(order, row, command, facts) if order else refuse(Code.UNKNOWN_ORDER)


def _carried_on(order: Order, row: Row, command: Struct, facts: Facts) -> Decision:
    """Decide what a command does to an order that was placed before."""
    unknown = unknown_to_clerk(order, facts.actor, facts.world.terms, facts.now)
    if unknown:
        return as_fact(command, unknown)
    elsewhere = in_other_hands(order, facts.actor)
    if elsewhere:
        return elsewhere
    stranger = not_on_round(order, facts.actor, facts.now)
    decision = _known_to_actor(order, row, command, facts)
    if stranger is None or is_told(order, row.custody, decision, facts.actor, facts.now):
        return decision
    return as_fact(command, stranger)


def _known_to_actor(order: Order, row: Row, command: Struct, facts: Facts) -> Decision:
    """Decide a command for an order that the actor may know of."""
    facts = _as_history(facts) if order.imported else facts
    impossible = _too_long_ago(command, facts) or _before_placement(order, facts)
    if impossible:
        return _at_impossible_time(order, command, facts, as_fact(command, impossible))
    not_theirs = not_at_clerks_point(order, facts.actor) or (
        own_order(order, facts.actor) if row.not_own else None
    )
    if not_theirs:
        return as_fact(command, not_theirs)
    decision = as_fact(command, _decided(order, row, command, facts))
    if order.erased and decision.events and facts.text_digest:
        return refuse(Code.BUYER_ERASED, free_text_field(type(command)) or "")
    return _with_contradiction(order, row, decision, facts)


def _for_another_shop(command: Struct, actor: Actor) -> Decision | None:
    """Refuse a placement for a shop that is not the actor's."""
    return for_another_shop(command.shop, actor) if isinstance(command, Place) else None


def _at_impossible_time(
    order: Order | None, command: Struct, facts: Facts, impossible: Decision
) -> Decision:
    """Refuse a time that cannot be, save for a payment: that one was captured all the same."""
    if order is None or not isinstance(command, Pay):
        return impossible
    return _paid_at_no_time(order, command, facts)


def _impossible_time(facts: Facts) -> Decision | None:
    """Refuse a time in the future or before `EARLIEST` (rule 4.15)."""
    if facts.at > facts.now and facts.at - facts.now > _skew(facts):
        return refuse(Code.IN_THE_FUTURE, "at", facts.at.isoformat(), facts.now.isoformat())
    if facts.at < EARLIEST:
        return refuse(Code.WRONG_TIME, "at", facts.at.isoformat(), f">= {EARLIEST.isoformat()}")
    return None


def _as_history(facts: Facts) -> Facts:
    """Return the facts as of the time that an import tells of an order of another system."""
    if facts.client_time and facts.actor.imports:
        return structs.replace(facts, now=facts.at)
    return facts


def _too_long_ago(command: Struct, facts: Facts) -> Decision | None:
    """Refuse a time further back than may be told (rule 4.15), save that of captured money."""
    if not facts.client_time or isinstance(command, Pay):
        return None
    earliest = facts.now - max(timedelta(hours=facts.world.terms.backdate_hours), _skew(facts))
    if facts.at >= earliest:
        return None
    return refuse(Code.TOO_LONG_AGO, "at", facts.at.isoformat(), f">= {earliest.isoformat()}")


def _before_placement(order: Order, facts: Facts) -> Decision | None:
    """Refuse a time before the order was placed (rule 4.15).

    An imported order keeps the times of its source, which may contradict each other.
    """
    if order.imported or not facts.client_time or facts.at >= order.placed_at - _skew(facts):
        return None
    return refuse(Code.WRONG_TIME, "at", facts.at.isoformat(), f">= {order.placed_at.isoformat()}")


def _skew(facts: Facts) -> timedelta:
    return timedelta(seconds=facts.world.terms.clock_skew_seconds)


def _paid_at_no_time(order: Order, command: Pay, facts: Facts) -> Decision:
    """Record a payment as of now, and flag the time it was told with (rule 4.8).

    Whatever clock was wrong, the money was captured.
    """
    at = max(facts.now, order.last_at)
    decision = pay(order, command, structs.replace(facts, at=at))
    if not decision.events:
        return decision
    flag = AttentionRaised(Attention.CONTRADICTION, step="payment", told_at=facts.at)
    return Decision((*decision.events, flag), decision.refusal, at)


def _decided(order: Order, row: Row, command: Struct, facts: Facts) -> Decision:
    if order.stage in row.taken_from:
        decision = row.decide(order, command, facts)
        if not decision.events:
            return decision
        return not_in_custody(order, row.custody, facts.actor) or decision
    if row.takes_imported(order):
        return (row.decide_imported or row.decide)(order, command, facts)
    if was_done(order, row, command, facts):
        return ALREADY_DONE
    return row.fallback(order, facts.circumstances)


def _with_contradiction(order: Order, row: Row, decision: Decision, facts: Facts) -> Decision:
    """Flag a backdated step that is before the step it follows; its time is recorded as given."""
    if not (facts.client_time and decision.events):
        return decision
    if (decision.at or facts.at) >= order.last_at:
        return decision
    flag = AttentionRaised(
        Attention.CONTRADICTION,
        step=row.step,
        earlier_step=order.last_step,
        earlier_at=order.last_at,
    )
    return Decision((*decision.events, flag), decision.refusal, decision.at)
