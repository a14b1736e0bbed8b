"""The auditor of a walk: do the real order and the model tell one story?"""

from collections import Counter

from msgspec import Struct

from gotovo.order.checks.custody_check import not_on_round
from gotovo.order.deadlines import next_due
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Attention, Condition, Order, Parcel, Stage, total
from gotovo.order.values.payments.captured import amount_due, held_balances
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.settlement.balance import balance
from gotovo.order.values.status import status_of
from tests.support.order.cast import Play
from tests.support.order.model import EITHER, OK, Life

DESK = {"handover", "handover-opening"}
WHERE = {
    Stage.PACKED: "packed",
    Stage.DISPATCHED: "van",
    Stage.ARRIVED_AT_POINT: "point",
    Stage.SHELVED: "shelf",
    Stage.WITH_COURIER: "door",
    Stage.ISSUED: "buyer",
    Stage.WITHDRAWN: "waiting",
    Stage.IN_RETURN: "returning",
}
REFUNDS = {
    RefundState.STARTED: "started",
    RefundState.SENT: "sent",
    RefundState.FAILED: "failed",
    RefundState.REROUTED: "rerouted",
    RefundState.COMPLETED: "completed",
    RefundState.CANCELLED: "called off",
}


def answer_to_stranger(play: Play, command: Struct, who: Actor, expected: str) -> str:
    """Return the answer to a courier who neither holds the order nor had it that day (rule 4.19).

    Who brought it is told what was done already.
    """
    stranger = not_on_round(play.order, who, play.now)
    if stranger is None or Role.COURIER not in ROW_OF[type(command)].custody:
        return expected
    assert stranger.refusal is not None
    is_repeated = play.order.brought_by == who.id and not isinstance(command, HandOver)
    return EITHER if is_repeated else stranger.refusal.code.value


def differences_of(expected: str, code: str, step: str) -> tuple[str, ...]:
    """Compare the answers: by the very code at the desk, by yes and no elsewhere."""
    if expected == EITHER:
        return ()
    same = code == expected if step in DESK else (code == OK) is (expected == OK)
    return () if same else (f"{step}: {code} instead of {expected}",)


def differences_between(play: Play, life: Life, lives: list[Life]) -> tuple[str, ...]:
    """Compare everything both know of one order, and all the goods there are."""
    real, told = _real(play), _told(life)
    found = [f"{key}: {real[key]} instead of {told[key]}" for key in real if real[key] != told[key]]
    return (*found, *_goods(play, life, lives), *_money(life), *_due(play.order, life))


def _real(play: Play) -> dict[str, object]:
    order = play.order
    codes = order.codes
    sums = balance(order)
    return {
        "status": status_of(order),
        "outcome": order.outcome or "",
        "reason": order.reason or "",
        "captured": sums.captured,
        "issued": sums.issued,
        "held": {c: (x.captured, x.refunded) for c, x in held_balances(order).items()},
        "asks for money": Attention.MONEY in order.attention,
        "refunds": [(r.amount, r.currency or "RUB", REFUNDS[r.state]) for r in order.refunds],
        "boxes": [_box(parcel) for parcel in order.parcels],
        "total": total(order),
        "due": amount_due(order),
        "points pay back": [r.amount for r in order.refunds if r.route == "at_point"],
        "disputed": Attention.DISPUTE in order.attention,
        "handing over": order.stage is Stage.HANDING_OVER,
        "code": (codes.counter, codes.wrong_tries, codes.rotations),
        "somebody is sent": (codes.trusted, codes.trusted != codes.trusted_used),
        "with buyer": [line.issued - line.returned for line in order.lines],
        "door": play.contact.address,
    }


def _told(life: Life) -> dict[str, object]:
    return {
        "status": life.status,
        "outcome": life.outcome,
        "reason": life.reason,
        "captured": life.captured,
        "issued": life.kept(),
        "held": {"USD": (life.foreign, life.foreign_back)} if life.foreign else {},
        "asks for money": life.asks_for_money,
        "refunds": [(refund.amount, refund.currency, refund.state) for refund in life.refunds],
        "boxes": [(dict(box.units), box.where) for box in life.boxes],
        "total": life.total,
        "due": life.due,
        "points pay back": [
            r.amount for r in life.refunds if any(each.by == "point" for each, _ in r.parts)
        ],
        "disputed": life.disputed,
        "handing over": life.handing is not None,
        "code": (life.code, life.wrong, life.spent),
        "somebody is sent": (life.sent, life.sent_alive),
        "with buyer": [life.held.get(line, 0) for line in range(len(life.lines))],
        "door": life.door,
    }


def _box(parcel: Parcel) -> tuple[dict[int, int], str]:
    ends = {None: "parts", Condition.RESTOCKED: "back"}
    where = WHERE.get(parcel.stage) or ends.get(parcel.condition, "gone")
    return {units.line - 1: units.quantity for units in parcel.contents}, where


def _goods(play: Play, life: Life, lives: list[Life]) -> list[str]:
    """Every unit there ever was is on hand, on its way, with a buyer, or written off."""
    found: list[str] = []
    stock, goods = play.stock, life.goods
    for sku in stock.on_hand:
        if (stock.on_hand[sku], stock.reserved[sku]) != (goods.on_hand[sku], goods.reserved[sku]):
            found.append(f"{sku}: {stock.on_hand[sku]} on hand, {stock.reserved[sku]} reserved")
        if not 0 <= stock.reserved[sku] <= stock.on_hand[sku]:
            found.append(f"{sku} was sold twice")
    elsewhere: Counter[str] = Counter()
    for each in lives:
        elsewhere.update(each.outside())
    for sku, n in life.goods.at_first.items():
        if stock.on_hand[sku] + elsewhere[sku] != n:
            found.append(f"{sku}: {stock.on_hand[sku]} here and {elsewhere[sku]} elsewhere of {n}")
    return found


def _money(life: Life) -> list[str]:
    """Everything captured is kept for goods, refunded, or still owed."""
    refunded = sum(
        r.amount for r in life.refunds if r.state != "called off" and r.currency == "RUB"
    )
    waiting = sum(sum(map(sum, box.prices.values())) for box in life.boxes)
    owed = life.part if life.open else waiting
    if life.captured == life.kept() + refunded + owed:
        return []
    return [f"money: {life.captured} is not {life.kept()} + {refunded} + {owed}"]


def _due(order: Order, life: Life) -> list[str]:
    """What falls due falls due when the rules say."""
    due = next_due(order)
    expected = {
        "awaiting_payment": ("payment-expiry", life.pay_until),
        "ready_for_pickup": ("storage-expiry", life.deadline),
    }.get(life.status)
    if life.handing is not None:
        expected = ("handover-timeout", life.handing)
    if expected is None or (due is not None and due.what == "storage-reminder"):
        return []
    return [] if due is not None and (due.what, due.at) == expected else [f"due: {due}"]
