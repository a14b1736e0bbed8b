"""The model's rules of money: what is captured is applied, sent back, or left to a person."""

from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from typing_extensions import override

from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.values.actor import Actor
from gotovo.order.values.payments.refund import RefundFailureReason, RefundRoute
from tests.support.order.cast import SHOP, SONYA, TIMER
from tests.support.order.model_record import Captured, Record, Refund

OK, NO = "ok", "no"
REFUND_MOVES = {
    "send": ({"started", "rerouted"}, "sent"),
    "complete": ({"started", "sent", "rerouted"}, "completed"),
    "fail": ({"started", "sent", "rerouted", "completed"}, "failed"),
    "be given up": ({"started", "rerouted", "completed"}, "failed"),
    "retry": ({"failed"}, "rerouted"),
    "reroute": ({"failed"}, "rerouted"),
}
"""The steps of a refund: where each is taken from, and where it leads."""

LEADS_ON = 0.5
"""How often a refund is taken to where it has not been."""

UNDONE_ALONE_WITHIN, UNDONE_WITHIN = timedelta(minutes=15), timedelta(hours=72)

REVIVED_WITHIN = timedelta(hours=24)


class PaidRecord(Record):
    """An order and what the rules say about its payments."""

    def begin_unpaid(self, now: datetime) -> None:
        """Start on an order that is paid at its point, if the goods are there."""
        self.at_point = True
        if self.reserve():
            self.status = "processing"
        else:
            self.close("cancelled", "out_of_stock", 0)
            self.closed_at = now

    def is_undone_in_time(self, now: datetime, *, office: bool) -> bool:
        """A clerk has minutes, and none where the point took money; the office has days."""
        assert self.issued_at is not None
        if office:
            return now <= self.issued_at + UNDONE_WITHIN
        paid_here = any(each.by == "point" for each in self.purse)
        return now <= self.issued_at + UNDONE_ALONE_WITHIN and not paid_here

    def pay_at_point(self, at: str, payment: str, amount: int, currency: str, now: datetime) -> str:
        """A clerk says what the terminal took: only for an order that is paid there."""
        if not self.at_point or at != self.place:
            return NO
        return self.pay(payment, amount, currency, now, None, by="point")

    def pay(
        self,
        payment: str,
        amount: int,
        currency: str,
        now: datetime,
        told: datetime | None,
        *,
        by: str = "provider",
    ) -> str:
        known = self.payments.setdefault(payment, [])
        if (amount, currency) in known:
            return OK
        known.append((amount, currency))
        answer = OK if self.status == "awaiting_payment" or self.is_due else NO
        if len(known) > 1 or self.taken.setdefault(payment, id(self)) != id(self):
            self.asks_for_money = self.is_contested = True
            return answer
        self.purse.append(Captured(by, amount, currency))
        if currency != "RUB":
            self.foreign, self.asks_for_money = self.foreign + amount, True
            return answer
        self.captured += amount
        if answer == NO:
            return OK if self._revives(now, told or now) else self._useless(amount)
        if self.left >= self.total:
            self._complete()
        return OK

    def _complete(self) -> None:
        """Begin with what was paid, unless that was done before; send back what is too much."""
        whole = self.left
        if self.is_due or self.reserve():
            self.status = self.status if self.is_due else "processing"
            self.settled = True
            self.refund(whole - self.total, "surplus")
        else:
            self.close("cancelled", "out_of_stock", whole)

    @override
    def refund(self, amount: int, why: str, currency: str = "RUB") -> None:
        """Take it out of the newest payments; what came at the point goes back there, apart."""
        parts: list[tuple[Captured, int]] = []
        for each in reversed(self.purse):
            part = min(each.left, amount) if each.currency == currency else 0
            if part:
                each.left, amount = each.left - part, amount - part
                parts.append((each, part))
        for by in ("point", "provider"):
            own = [(each, part) for each, part in parts if each.by == by]
            if own:
                whole = sum(part for _, part in own)
                refund = Refund(whole, why, "started", currency, own)
                refund.is_by_hand = by == "point"
                self.refunds.append(refund)

    def call_off(self, refund: Refund) -> None:
        refund.state = "called off"
        for each, part in refund.parts:
            each.left += part

    def _useless(self, amount: int) -> str:
        self.refund(amount, "useless")
        return NO

    def _revives(self, now: datetime, told: datetime) -> bool:
        """Take an expired order up again when it was paid in time, and the goods are there."""
        late = now > self.closed_at + REVIVED_WITHIN if self.closed_at else True
        if self.reason != "payment_expired" or told >= self.pay_until or late:
            return False
        left = self.captured - sum(r.amount for r in self.refunds if r.currency == "RUB")
        if left < self.total or not self.reserve():
            return False
        self.status, self.outcome, self.reason = "processing", "", ""
        self.refund(left - self.total, "surplus")
        return True

    def settle_money(self) -> str:
        if self.asks_for_money:
            self.refund(self.foreign - self.foreign_back, "held", "USD")
            self.asks_for_money = False
        return OK

    def payment_expires(self, now: datetime) -> str:
        if self.status == "awaiting_payment" and now >= self.pay_until:
            self.close("cancelled", "payment_expired", self.part)
            self.closed_at = now
        return OK

    def refund_moves(self, which: int, move: str) -> str:
        """Take one of the steps of a refund, as `REFUND_MOVES` says."""
        if which >= len(self.refunds):
            return NO
        refund = self.refunds[which]
        from_, to = REFUND_MOVES[move]
        if self._lies_behind(refund, move):
            return OK
        if refund.state not in from_ or (move == "send" and refund.is_by_hand):
            return NO
        refund.state = to
        refund.was_sent |= move == "send"
        if to == "failed":
            refund.has_failed = True
            refund.asked_for_money |= not self.asks_for_money
            self.asks_for_money = True
        elif to == "rerouted":
            refund.is_by_hand, refund.was_rerouted = move == "reroute", True
        elif to == "completed" and refund.asked_for_money and not self._needs_person():
            self.asks_for_money = False
        return OK

    @staticmethod
    def _lies_behind(refund: Refund, move: str) -> bool:
        """Whether a refund went through this step, and needs it no more."""
        if move == "send":
            return refund.was_sent and refund.state in {"sent", "failed", "completed"}
        if REFUND_MOVES[move][1] != "rerouted":
            return refund.state == REFUND_MOVES[move][1]
        same_way = refund.is_by_hand is (move == "reroute")
        return refund.state != "failed" and refund.was_rerouted and same_way

    def _needs_person(self) -> bool:
        """Whether money asks for a person, now that one refund less does."""
        failed = any(r.has_failed and r.state != "completed" for r in self.refunds)
        return failed or self.foreign > 0 or self.is_contested


def refund_move(chance: Random, number: str, life: PaidRecord) -> tuple[Struct, Actor, str]:
    """Choose a step for one of the refunds: the command, who takes it, and the model's answer."""
    which = chance.randrange(len(life.refunds) + 1)
    moves = sorted(REFUND_MOVES)
    if which < len(life.refunds) and chance.random() < LEADS_ON:
        state = life.refunds[which].state
        moves = [move for move in moves if state in REFUND_MOVES[move][0]] or moves
    move = chance.choice(moves)
    name = f"{number}-R{which + 1}"
    commands: dict[str, tuple[Struct, Actor]] = {
        "send": (SendRefund(name), TIMER),
        "complete": (CompleteRefund(name), SHOP),
        "fail": (FailRefund(name, RefundFailureReason.DECLINED), TIMER),
        "be given up": (FailRefund(name), SONYA),
        "retry": (RerouteRefund(name), SONYA),
        "reroute": (RerouteRefund(name, RefundRoute.BANK_TRANSFER), SONYA),
    }
    return *commands[move], life.refund_moves(which, move)
