"""Scenarios of a filled database: the steps that people take with an order, hours apart.

What timers do in between is in no scenario: it follows from the order, as in production.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, place_of, total
from gotovo.order.values.payments.refund import RefundState

CommandOf = Callable[[Order, datetime], Struct]
"""Returns the command for an order at an instant."""


class ScenarioStep(Struct, frozen=True):
    """A command, and the least and most hours after the step before; during the day by default."""

    command: CommandOf
    hours: tuple[float, float]
    by_day: bool = True


class OrderScenario(Struct, frozen=True):
    """The steps of one kind of order, which `share` of a hundred orders are."""

    share: int
    steps: tuple[ScenarioStep, ...]
    courier: bool = False


def _pay(order: Order, _at: datetime) -> Struct:
    return Pay(Money(total(order), order.currency), "town", f"P-{order.number}")


def _pick(_order: Order, _at: datetime) -> Struct:
    return StartPicking()


def _pack(_order: Order, _at: datetime) -> Struct:
    return Pack()


def _dispatch(_order: Order, at: datetime) -> Struct:
    return Dispatch(manifest=f"M-{at:%m%d}")


def _arrive(order: Order, _at: datetime) -> Struct:
    return Arrive(point=place_of(order))


def _shelve(_order: Order, at: datetime) -> Struct:
    return Shelve(cell=f"A-{at.minute}")


def _hand_over(_order: Order, _at: datetime) -> Struct:
    return HandOver()


def _cancel(_order: Order, _at: datetime) -> Struct:
    return Cancel()


def _withdraw(_order: Order, _at: datetime) -> Struct:
    return Withdraw()


def _bring_back(_order: Order, _at: datetime) -> Struct:
    return AcceptReturn(approved_by="manager")


def _receive(_order: Order, _at: datetime) -> Struct:
    return Receive()


def _complete_refund(order: Order, _at: datetime) -> Struct:
    started = next(x.id for x in order.refunds if x.state is RefundState.STARTED)
    return CompleteRefund(started, f"R-{order.number}")


def _call(_order: Order, _at: datetime) -> Struct:
    return LogCall(answered=True)


def _agree(_order: Order, at: datetime) -> Struct:
    begins_at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return AgreeSlot(begins_at, begins_at + timedelta(hours=2))


def _depart(_order: Order, _at: datetime) -> Struct:
    return Depart()


_PAID = ScenarioStep(_pay, (0.02, 2), by_day=False)
_SENT = (_PAID, ScenarioStep(_pack, (0.5, 12)), ScenarioStep(_dispatch, (0.5, 4)))
_PICKED_AND_SENT = (
    _PAID,
    ScenarioStep(_pick, (0.5, 9)),
    ScenarioStep(_pack, (0.1, 2)),
    ScenarioStep(_dispatch, (0.5, 4)),
)
_SHELVED = (ScenarioStep(_arrive, (6, 30)), ScenarioStep(_shelve, (0.1, 1.5)))
_COLLECTED = ScenarioStep(_hand_over, (1, 120))
_BACK_HOME = (ScenarioStep(_dispatch, (8, 48)), ScenarioStep(_receive, (8, 48)))
_REFUNDED = ScenarioStep(_complete_refund, (20, 72))
_ROUND = (
    ScenarioStep(_call, (1, 20)),
    ScenarioStep(_agree, (0.01, 0.05), by_day=False),
    ScenarioStep(_depart, (1, 2), by_day=False),
    ScenarioStep(_hand_over, (0.3, 1.5), by_day=False),
)

SCENARIOS = (
    OrderScenario(18, ()),  # never paid
    OrderScenario(4, (_PAID, ScenarioStep(_cancel, (0.1, 1), by_day=False), _REFUNDED)),
    OrderScenario(45, (*_SENT, *_SHELVED, _COLLECTED)),
    OrderScenario(13, (*_PICKED_AND_SENT, *_SHELVED, _COLLECTED)),
    OrderScenario(
        5, (*_SENT, *_SHELVED, ScenarioStep(_withdraw, (200, 240)), *_BACK_HOME, _REFUNDED)
    ),
    OrderScenario(
        4,
        (
            *_SENT,
            *_SHELVED,
            _COLLECTED,
            ScenarioStep(_bring_back, (24, 140)),
            *_BACK_HOME,
            _REFUNDED,
        ),
    ),
    OrderScenario(11, (*_SENT, *_ROUND), courier=True),
)
"""Orders placed here: three of four are handed over."""

IMPORTED = OrderScenario(
    100,
    (
        ScenarioStep(_pay, (0.02, 2), by_day=False),
        ScenarioStep(_dispatch, (8, 60)),
        ScenarioStep(_hand_over, (24, 200)),
    ),
    courier=True,
)
"""Orders completed in an earlier system, as `gotovo import` writes them."""
