"""Which steps may be taken with an order now, and why the others may not.

Pages, the API and the desks ask here before they offer a step. The answer comes from the same
table, checks and guards as `decide`; what depends on the command (a code, a barcode, a sum) is
checked when the step is taken.
"""

from gotovo.order.checks.custody_check import (
    in_other_hands,
    is_told,
    not_at_clerks_point,
    not_in_custody,
    not_on_round,
)
from gotovo.order.checks.handover.own_order import own_order
from gotovo.order.checks.return_period import unknown_to_clerk
from gotovo.order.checks.shop_check import of_another_shop
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision
from gotovo.order.lifecycle import TABLE
from gotovo.order.refusals import Refusal
from gotovo.order.row import Row
from gotovo.order.values.order import Order
from gotovo.order.values.roles import TIMERS
from gotovo.value import Value

_ROWS = {row.step: row for row in TABLE if row.taken_from and row.who != TIMERS}
"""Steps of an existing order, without those that only a timer takes: nobody chooses these."""


class AllowedStep(Value, frozen=True):
    """A step and whether it may be taken; not allowed without a refusal means already done."""

    step: str
    allowed: bool
    refusal: Refusal | None = None


def allowed_steps(order: Order, circumstances: Circumstances) -> tuple[AllowedStep, ...]:
    """Return every step of the lifecycle, in the order of the table."""
    return tuple(_judged(order, row, circumstances) for row in _ROWS.values())


def allowed(order: Order, step: str, circumstances: Circumstances) -> bool:
    """Return whether the actor may take this step now."""
    return _judged(order, _ROWS[step], circumstances).allowed


def _judged(order: Order, row: Row, circumstances: Circumstances) -> AllowedStep:
    decision = _refused(order, row, circumstances)
    if decision is None:
        return AllowedStep(row.step, allowed=True)
    return AllowedStep(row.step, allowed=False, refusal=decision.refusal)


def _refused(order: Order, row: Row, circumstances: Circumstances) -> Decision | None:
    actor = circumstances.actor
    refused = (
        row.not_permitted(actor)
        or of_another_shop(order, actor)
        or in_other_hands(order, actor)
        or unknown_to_clerk(order, actor, circumstances.terms, circumstances.now)
        or not_at_clerks_point(order, actor)
        or (own_order(order, actor) if row.not_own else None)
    )
    if refused:
        return refused
    stranger = not_on_round(order, actor, circumstances.now)
    decision = _refused_by_stage(order, row, circumstances)
    if stranger is None or is_told(order, row.custody, decision, actor, circumstances.now):
        return decision
    return stranger


def _refused_by_stage(order: Order, row: Row, circumstances: Circumstances) -> Decision | None:
    actor = circumstances.actor
    if order.stage in row.taken_from:
        guarded = row.guard(order, circumstances) if row.guard else None
        return guarded or not_in_custody(order, row.custody, actor)
    if row.takes_imported(order):
        return row.guard(order, circumstances) if row.guard and not row.decide_imported else None
    if row.lies_behind(order.stage):
        return ALREADY_DONE
    return row.fallback(order, circumstances)
