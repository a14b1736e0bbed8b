"""Setting of a walk: points that never close, a small stock, and what mostly happens next."""

from datetime import datetime, time, timedelta
from random import Random

from msgspec.structs import replace

from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values import order
from gotovo.order.values.order import Condition
from gotovo.order.values.pickup_codes import pickup_code, trusted_code
from gotovo.points.delivery_slots import delivery_slots
from gotovo.points.timetable import every_day
from tests.support.order.cast import BRIDGE, DAILY, KOLYA, KREMLIN, LENA, SECRET, VERA, Play
from tests.support.order.model import Life
from tests.support.order.model_record import Units

ALWAYS = every_day("UTC", time(), time())
POINTS = {
    point.code: replace(point, timetable=ALWAYS, pays_at_point=point is KREMLIN)
    for point in (KREMLIN, BRIDGE)
}
ASKS = {"KZN-1": "code", "KZN-3": "number", "door": "code"}
CLERKS = {"KZN-1": LENA, "KZN-3": VERA, "door": KOLYA}
GOODS = {"tea": 9, "cup": 5, "jam": 3}
PRICES = {"tea": 300, "cup": 500, "jam": 120}
DOORS = ("", "Лесная, 7", "Новая, 8")
"""What somebody may have typed as an address; empty is none."""

ORDERS = 5
FORWARD_SHARE = 0.6
FORWARD: dict[str, tuple[str, ...]] = {
    "awaiting_payment": ("pay",),
    "processing": ("pack", "dispatch", "dispatch", "arrive", "arrive", "shelve", "shelve"),
    "courier": ("call", "agree", "depart", "hand_over", "attempt"),
    "ready_for_pickup": ("open", "hand_over", "hand_over", "tries", "wait", "expire"),
    "due": ("pay_at_point", "pay_at_point", "open", "hand_over", "pay", "wait", "expire"),
    "handing": ("hand_over", "hand_over", "pay_at_point", "stop", "times_out", "wait", "cancel"),
    "issued": ("take_back", "dispatch", "receive", "receive_part", "claim", "correct"),
    "cancelled": ("pay", "withdraw", "dispatch", "receive", "receive_part", "reinstate", "replace"),
    "returned": ("dispatch", "receive", "receive_part", "receive_part", "replace"),
}
"""What mostly happens next, so that walks get far; anything else happens too."""


def standing_of(life: Life) -> str:
    """Return the key of `FORWARD` for an order."""
    if not life.open:
        return life.outcome
    if life.handing is not None:
        return "handing"
    if life.is_due and life.status == "ready_for_pickup":
        return "due"
    return "courier" if life.courier else life.status


def units_of(units: Units) -> tuple[order.Units, ...]:
    return tuple(order.Units(line + 1, n) for line, n in units.items())


def received_units_of(units: Units, condition: Condition) -> tuple[order.ReceivedUnits, ...]:
    return tuple(order.ReceivedUnits(line + 1, n, condition) for line, n in units.items())


def slot_of(now: datetime, *, buyer: bool) -> AgreeSlot:
    """Return the first time that a buyer is offered, or what is agreed on the phone: at once."""
    slot = next(delivery_slots(DAILY, now)) if buyer else (now, now + timedelta(hours=2))
    return AgreeSlot(*slot)


def shown_by(chance: Random, play: Play, life: Life) -> tuple[str, str]:
    """Return what somebody shows, in words and in digits by the model's own counters."""
    place = "courier" if life.place == "door" else life.place
    shown = chance.choice(("right", "right", "right", "wrong", "old", "sent", "none"))
    match shown:
        case "right":
            return shown, pickup_code(SECRET, play.number, place, life.code)
        case "old" if life.code > 1:
            return shown, pickup_code(SECRET, play.number, place, life.code - 1)
        case "sent" if life.sent:
            return shown, trusted_code(SECRET, play.number, place, life.sent)
        case "none":
            return shown, ""
        case _:
            return "wrong", play.wrong()
