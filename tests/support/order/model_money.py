"""The model's rules of money: what is captured is applied, sent back, or left to a person."""

from datetime import datetime

from tests.support.order.model_record import Record

OK, NO = "ok", "no"


class PaidRecord(Record):
    """An order and what the rules say about its payments."""

    def pay(self, payment: str, amount: int, currency: str) -> str:
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
            self.refund(amount, "useless")
            return NO
        captured = self.captured
        if captured < self.total:
            return OK
        if self.reserve():
            self.status = "processing"
            self.refund(captured - self.total, "surplus")
        else:
            self.close("cancelled", "out_of_stock", captured)
        return OK

    def settle_money(self) -> str:
        if self.asks_for_money:
            self.refund(self.foreign - self.foreign_back, "held", "USD")
            self.asks_for_money = False
        return OK

    def payment_expires(self, now: datetime) -> str:
        if self.status == "awaiting_payment" and now >= self.pay_until:
            self.close("cancelled", "payment_expired", self.part)
        return OK

    def refund_completes(self, which: int) -> str:
        if which >= len(self.refunds) or self.refunds[which].state == "called off":
            return NO
        self.refunds[which].state = "completed"
        return OK
