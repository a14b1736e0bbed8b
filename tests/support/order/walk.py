"""A seeded walk: random people do random things to a few orders over one small stock.

Each thing is done twice, to the real order and to the model; after it both have to tell the same
story. The seed makes a walk repeatable; the last things done stand in the failure.
"""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from typing_extensions import override

from gotovo.order.lifecycle import ROW_OF
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_recalculation import OF_THE_MESSAGE, RecalculateStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values import order
from gotovo.order.values.actor import Actor
from gotovo.order.values.number import draw
from gotovo.order.values.order import Condition, Pickup, Reason
from gotovo.order.values.payments.payment import PaymentId, PaymentTerm
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from tests.support.order.auditor import answer_to_stranger, differences_between, differences_of
from tests.support.order.cast import (
    ANNA,
    AT_HOME,
    KOLYA,
    NOON,
    PETYA,
    SONYA,
    TIMER,
    Play,
    Stock,
    basket,
)
from tests.support.order.model import EITHER, OK, PAID_AT, Life
from tests.support.order.model_money import refund_move
from tests.support.order.model_record import TAKEN_BACK_AT, Shelves, Units
from tests.support.order.walk_money import MoneySteps
from tests.support.order.walk_setting import (
    ASKS,
    CLERKS,
    DOORS,
    FORWARD,
    FORWARD_SHARE,
    GOODS,
    ORDERS,
    POINTS,
    PRICES,
    received_units_of,
    shown_by,
    slot_of,
    standing_of,
    units_of,
)


class Walk(MoneySteps):
    """A few orders, each with its model; `steps` counts what was done and `answers` how."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.seed = seed
        self.now = NOON
        self.stock = Stock(**GOODS)
        self.goods = Shelves(Counter(GOODS), at_first=GOODS)
        self.payments: dict[PaymentId, str] = {}
        self.taken: dict[str, object] = {}
        self.pairs: list[tuple[Play, Life]] = []
        self.all: list[Life] = []
        self.steps = 0
        self.answers: Counter[tuple[str, str]] = Counter()
        self.last: deque[object] = deque(maxlen=40)
        self.things: dict[str, Callable[[Play, Life], None]] = {
            name.removeprefix("do_"): getattr(self, name)
            for name in dir(type(self))
            if name.startswith("do_")
        }

    def run(self, steps: int) -> None:
        """Do so many things, comparing after each."""
        self.open()
        while self.steps < steps:
            self.go_on(self.chance.randrange(ORDERS))

    def open(self) -> None:
        """Place the first orders."""
        while len(self.pairs) < ORDERS:
            self.pairs.append(self._place())

    def go_on(self, which: int) -> None:
        """Do the next thing with one of the orders: mostly what leads on."""
        play, life = self.pairs[which]
        forward = self.chance.random() < FORWARD_SHARE
        things = FORWARD[standing_of(life)] if forward else tuple(self.things)
        self.things[self.chance.choice(things)](play, life)

    # The warehouse and its goods.

    def do_pick(self, play: Play, life: Life) -> None:
        self._both(play, life, StartPicking(), PETYA, life.pick())

    def do_pack(self, play: Play, life: Life) -> None:
        apart = self.chance.random() < 0.5
        each = tuple(
            Box((order.Units(line, quantity),))
            for line, (_, quantity, _) in enumerate(life.lines, 1)
        )
        self._both(play, life, Pack(each if apart else ()), PETYA, life.pack(apart=apart))

    def do_dispatch(self, play: Play, life: Life) -> None:
        which, parcels = self._some(play)
        self._both(play, life, Dispatch(parcels=parcels), SONYA, life.dispatch(which))

    def do_arrive(self, play: Play, life: Life) -> None:
        which, parcels = self._some(play)
        self._both(play, life, Arrive(parcels=parcels), SONYA, life.arrive(which))

    def do_shelve(self, play: Play, life: Life) -> None:
        which, parcels = self._some(play)
        self._both(play, life, Shelve(parcels=parcels), SONYA, life.shelve(which, self.now))

    def do_withdraw(self, play: Play, life: Life) -> None:
        which, parcels = self._some(play)
        self._both(play, life, Withdraw(parcels=parcels), SONYA, life.withdraw(which))

    def do_receive(self, play: Play, life: Life) -> None:
        which, parcels = self._some(play)
        condition = self.chance.choice((*(Condition.RESTOCKED,) * 3, *Condition))
        command = Receive(parcels=parcels, condition=condition)
        self._both(play, life, command, PETYA, life.receive(which, condition))

    def do_receive_part(self, play: Play, life: Life) -> None:
        """List some units of a box as whole and some as broken; often the same list twice."""
        if not life.boxes:
            return
        which = self.chance.randrange(len(life.boxes))
        box = life.boxes[which]
        listed = {Condition.RESTOCKED: {**box.whole}, Condition.DEFECTIVE: {**box.broken}}
        for line in box.units:
            into = listed[self.chance.choice(list(listed))]
            into[line] = into.get(line, 0) + self.chance.randint(0, 1)
        whole, broken = ({x: n for x, n in each.items() if n} for each in listed.values())
        if whole or broken:
            units = received_units_of(whole, Condition.RESTOCKED) + received_units_of(
                broken, Condition.DEFECTIVE
            )
            command = Receive(parcels=play.barcodes[which : which + 1], units=units)
            self._both(play, life, command, PETYA, life.receive_part(which, whole, broken))

    # The desk and the door.

    def do_open(self, play: Play, life: Life) -> None:
        at, clerk = self._clerk(life)
        shown, digits = shown_by(self.chance, play, life)
        if clerk is not KOLYA:
            answer = life.open_hand_over(at, shown, self.now)
            self._both(play, life, OpenHandover(code=digits), clerk, answer)

    def do_hand_over(self, play: Play, life: Life) -> None:
        at, clerk = self._clerk(life)
        shown, digits = shown_by(self.chance, play, life)
        left = self._part(life) if self.chance.random() < 0.3 else {}
        fact = self.chance.random() < 0.1
        answer = life.hand_over(at, shown, left, self.now, fact=fact)
        command = HandOver(code=digits, refused=units_of(left), fact=fact)
        self._both(play, life, command, clerk, answer)

    def do_tries(self, play: Play, life: Life) -> None:
        for _ in range(self.chance.randint(1, 6)):
            answer = life.hand_over(life.place, "wrong", {}, self.now)
            self._both(play, life, HandOver(code=play.wrong()), CLERKS[life.place], answer)

    def do_stop(self, play: Play, life: Life) -> None:
        buyer = self.chance.random() < 0.5
        clerk = CLERKS[life.place] if life.place != "door" else SONYA
        who = ANNA if buyer or clerk is SONYA else clerk
        self._both(play, life, StopHandover(), who, life.stop(buyer=who is ANNA))

    def do_times_out(self, play: Play, life: Life) -> None:
        self._both(play, life, LeaveHandover(), TIMER, life.handing_over_times_out(self.now))

    def do_name(self, play: Play, life: Life) -> None:
        self._both(play, life, NameTrusted(), ANNA, life.name_somebody())

    def do_unname(self, play: Play, life: Life) -> None:
        self._both(play, life, RevokeTrusted(), ANNA, life.name_nobody())

    def do_renew(self, play: Play, life: Life) -> None:
        self._both(play, life, RenewCode(), ANNA, life.renew_code())

    def do_dispute(self, play: Play, life: Life) -> None:
        life.disputed = self.chance.random() < 0.3
        flag = order.Attention.DISPUTE
        command = RaiseAttention(flag) if life.disputed else ClearAttention(flag)
        self._both(play, life, command, SONYA, OK)

    def do_correct(self, play: Play, life: Life) -> None:
        who = SONYA if life.place == "door" or self.steps % 2 else CLERKS[life.place]
        answer = life.correct(self.now, office=who is SONYA)
        self._both(play, life, Correct(play.order.issued_version, "?"), who, answer)

    def do_call(self, play: Play, life: Life) -> None:
        answered = self.chance.random() < 0.7
        self._both(play, life, LogCall(answered=answered), KOLYA, life.call(answered=answered))

    def do_agree(self, play: Play, life: Life) -> None:
        who = self.chance.choice((ANNA, KOLYA))
        slot = slot_of(self.now, buyer=who is ANNA)
        self._both(play, life, slot, who, life.agree(buyer=who is ANNA))

    def do_depart(self, play: Play, life: Life) -> None:
        self._both(play, life, Depart(), KOLYA, life.depart())

    def do_attempt(self, play: Play, life: Life) -> None:
        reason = self.chance.choice(list(AttemptReason))
        self._both(play, life, RecordAttempt(reason), KOLYA, life.attempt(reason))

    # The buyer, the office and time.

    def do_redirect(self, play: Play, life: Life) -> None:
        to = self.chance.choice(list(ASKS))
        door = self.chance.choice(DOORS)
        command = Redirect(AT_HOME if to == "door" else Pickup(to))
        self._both(play, life, command, ANNA, life.redirect(to, door), door)

    def do_cancel(self, play: Play, life: Life) -> None:
        if self.chance.random() < 0.5:
            return
        reason = self.chance.choice((Reason.CUSTOMER_REQUEST, Reason.SELLER_REQUEST, Reason.LOST))
        which, parcels = self._some(play) if reason is Reason.LOST else (None, ())
        who = ANNA if reason is Reason.CUSTOMER_REQUEST else SONYA
        self._both(play, life, Cancel(reason, lost=parcels), who, life.cancel(reason, which))

    def do_claim(self, play: Play, life: Life) -> None:
        units = self._part(life) if self.chance.random() < 0.7 else {}
        command = ClaimReturn(units_of(units))
        self._both(play, life, command, ANNA, life.claim_return(units, self.now))

    def do_take_back(self, play: Play, life: Life) -> None:
        units = self._part(life) if self.chance.random() < 0.7 else {}
        command = AcceptReturn(units_of(units), TAKEN_BACK_AT)
        self._both(play, life, command, SONYA, life.take_back(units, self.now))

    def do_extend(self, play: Play, life: Life) -> None:
        self._both(play, life, ExtendStorage(), ANNA, life.extend())

    def do_receipt(self, play: Play, life: Life) -> None:
        why, now = self.chance.choice(sorted(OF_THE_MESSAGE)), self.now
        self._both(play, life, RecalculateStorage(why, now), TIMER, life.receipt(why, now))

    def do_expire(self, play: Play, life: Life) -> None:
        if life.deadline is not None and self.chance.random() < 0.3:
            self._later(max(self.now, life.deadline))
        self._both(play, life, ExpireStorage(), TIMER, life.expire(self.now))

    def do_reinstate(self, play: Play, life: Life) -> None:
        self._both(play, life, Reinstate(), SONYA, life.reinstate(self.now))

    def do_refund_moves(self, play: Play, life: Life) -> None:
        self._both(play, life, *refund_move(self.chance, play.number, life))

    def do_wait(self, _play: Play, _life: Life) -> None:
        minutes = self.chance.choice((1, 5, 11, 60, 600, 2000))
        self._later(self.now + timedelta(minutes=minutes))

    def do_replace(self, play: Play, life: Life) -> None:
        """Turn to a new order; of the old one only the goods are remembered."""
        if not life.open:
            self.pairs.remove((play, life))
            self.pairs.append(self._place())

    # How a thing is done to both.

    @override
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
        self.steps += 1
        expected = answer_to_stranger(play, command, who, expected)
        self.last.append((play.number, command, who.id, self.now, expected))
        before = play.order
        decision = play.try_(command, who, told, address)
        code = decision.refusal.code.value if decision.refusal else OK
        step = ROW_OF[type(command)].step
        self.answers[step, code] += 1
        differences = differences_of(expected, code, step)
        if expected == EITHER and decision.events:
            differences += (f"{step} changed something", str(before))
        differences += differences_between(play, life, self.all)
        latest = "\n".join(map(str, self.last)) if differences else ""
        assert not differences, f"seed {self.seed}, step {self.steps}: {differences}\n{latest}"

    def _place(self) -> tuple[Play, Life]:
        number = draw(10, len(self.all))
        place = self.chance.choice(list(ASKS))
        lines = [
            (sku, self.chance.randint(1, 2), PRICES[sku])
            for sku in self.chance.choices(list(GOODS), k=self.chance.randint(1, 3))
        ]
        door = self.chance.choice(DOORS[1:2] if place == "door" else DOORS[:2])
        fee = self.chance.choice((0, 0, 199))
        at_point = place in PAID_AT and self.chance.random() < 0.5
        goods = sum(quantity * price for _, quantity, price in lines)
        discount = self.chance.choice((0, 0, 1, 100, goods - 1, goods + fee - 1))
        play = Play(self.stock, number=number, now=self.now, points=POINTS, address=door)
        play.payments = self.payments
        play.do(
            basket(
                AT_HOME if place == "door" else Pickup(place),
                tuple(NewLine(sku, sku, quantity, price) for sku, quantity, price in lines),
                number=number,
                charges=(
                    Charge(ChargeKind.DELIVERY_FEE, "", fee),
                    Charge(ChargeKind.COUPON, "", -discount),
                ),
                payment=PaymentTerm.AT_POINT if at_point else PaymentTerm.IN_ADVANCE,
            )
        )
        until = self.now + timedelta(hours=24)
        life = Life(self.goods, lines, place, ASKS, until, door=door, fee=fee, discount=discount)
        life.taken = self.taken
        if at_point:
            life.begin_unpaid(self.now)
        self.all.append(life)
        return play, life

    def _later(self, now: datetime) -> None:
        self.now = now
        for play, _ in self.pairs:
            play.now = now

    def _some(self, play: Play) -> tuple[int | None, tuple[str, ...]]:
        """Return which of the parcels are scanned: all of them, or one."""
        barcodes = play.barcodes
        if not barcodes or self.chance.random() < 0.5:
            return None, ()
        which = self.chance.randrange(len(barcodes))
        return which, (barcodes[which],)

    def _clerk(self, life: Life) -> tuple[str, Actor]:
        at = life.place if self.chance.random() < 0.9 else self.chance.choice(list(ASKS))
        return at, CLERKS[at]

    def _part(self, life: Life) -> Units:
        """Return some units of some lines; now and then all of them."""
        if self.chance.random() < 0.2:
            return {line: quantity for line, (_, quantity, _) in enumerate(life.lines)}
        line = self.chance.randrange(len(life.lines))
        return {line: self.chance.randint(1, life.lines[line][1])}
