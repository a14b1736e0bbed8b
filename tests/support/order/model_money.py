"""The model's rules of money: what is captured is applied, sent back, or left to a person."""

from datetime import datetime, timedelta

from tests.support.order.model_record import Record

OK, NO = "ok", "no"
REVIVED_WITHIN = timedelta(hours=24)


class PaidRecord(Record):
    """An order and what the rules say about its payments."""

    def pay(
        self, payment: str, amount: int, currency: str, now: datetime, told: datetime | None
    ) -> str:
        known = self.payments.setdefault(payment, [])
        if (amount, currency) in known:
            return OK
        known.append((amount, currency))
        answer = OK if self.status == "awaiting_payment" else NO
        if len(known) > 1 or self.taken.setdefault(payment, id(self)) != id(self):
            self.asks_for_money = True
            return answer
        if currency != "RUB":
            self.foreign, self.asks_for_money = self.foreign + amount, True
            return answer
        self.captured += amount
        if answer == NO:
            return OK if self._revives(now, told or now) else self._useless(amount)
        captured = self.captured
        if captured < self.total:
            return OK
        if self.reserve():
            self.status = "processing"
            self.refund(captured - self.total, "surplus")
        else:
            self.close("cancelled", "out_of_stock", captured)
        return OK

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

    def refund_completes(self, which: int) -> str:
        if which >= len(self.refunds) or self.refunds[which].state == "called off":
            return NO
        self.refunds[which].state = "completed"
        return OK
