"""What people do about money on a walk: they pay, here and there, and sort out the rest."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.values.actor import Actor
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention
from gotovo.order.values.payments.payment import Tender
from tests.support.order import stories
from tests.support.order.cast import SHOP, SONYA, TIMER, Play
from tests.support.order.model import Life


class MoneySteps(ABC):
    """The part of a walk that is about money."""

    chance: Random
    now: datetime
    pairs: list[tuple[Play, Life]]

    @abstractmethod
    def _both(
        self,
        play: Play,
        life: Life,
        command: Struct,
        who: Actor,
        expected: str,
        address: str = "",
        told: datetime | None = None,
    ) -> None:
        """Hand the command in to the real order, and compare it with the model."""

    def do_pay(self, play: Play, life: Life) -> None:
        is_own = self.chance.random() < 0.95
        whose = play if is_own else self.chance.choice(self.pairs)[0]
        payment = f"{whose.number}-{self.chance.choice('11123')}"
        amount = self.chance.choice((*[life.total] * 7, life.total + 1, max(1, life.total // 2), 1))
        currency = "RUB" if self.chance.random() < 0.95 else "USD"
        command = stories.pay(amount, payment, currency)
        is_late = life.reason == "payment_expired" and self.chance.random() < 0.8
        told = life.pay_until - timedelta(minutes=1) if is_late else None
        answer = life.pay(payment, amount, currency, self.now, told)
        self._both(play, life, command, SHOP, answer, "", told)

    def do_pay_at_point(self, play: Play, life: Life) -> None:
        is_own = self.chance.random() < 0.95
        whose = play if is_own else self.chance.choice(self.pairs)[0]
        slip = f"{whose.number}/{self.chance.choice('1123')}"
        amounts = (*[max(1, life.due)] * 4, life.total + 1, max(1, life.total // 2), 1)
        amount = self.chance.choice(amounts)
        currency = "RUB" if self.chance.random() < 0.95 else "USD"
        at = life.place if self.chance.random() < 0.9 and life.place != "door" else "KZN-3"
        answer = life.pay_at_point(at, f"{at} {slip}", amount, currency, self.now)
        method = self.chance.choice(list(Tender))
        command = PayAtPoint(Money(amount, currency), at, slip, method)
        self._both(play, life, command, SONYA, answer)

    def do_settle_money(self, play: Play, life: Life) -> None:
        command = ClearAttention(Attention.MONEY, refund=True)
        self._both(play, life, command, SONYA, life.settle_money())

    def do_payment_expires(self, play: Play, life: Life) -> None:
        self._both(play, life, ExpirePayment(), TIMER, life.payment_expires(self.now))
