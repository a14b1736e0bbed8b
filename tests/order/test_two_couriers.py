"""Random walks with two couriers: who carries an order acts on it, and the other one cannot."""

import os
from datetime import datetime

from msgspec import Struct
from typing_extensions import override

from gotovo.order.checks.custody_check import is_carried, not_on_round
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.refusals import Code
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.values import stages
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Outcome, Stage
from tests.support.order.cast import KOLYA, MITYA, PETYA, SONYA, Play
from tests.support.order.model import EITHER, Life
from tests.support.order.walk import Walk

COURIERS = (KOLYA, MITYA)
WALKS = 300 if os.environ.get("GOTOVO_TEST_FULL") == "1" else 25
STEPS = 400


class Rounds(Walk):
    """A walk with two couriers: one who carries an order acts, and the other tries before."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.refused = 0
        self.taken_over = 0
        self.reassigned = 0

    @override
    def do_dispatch(self, play: Play, life: Life) -> None:
        """Scan as a courier, or name one."""
        which, parcels = self._some(play)
        if life.open and self.chance.random() < 0.5:
            expected = life.dispatch(which)
            waits = any(
                parcel.stage is Stage.PACKED and parcel.barcode in (parcels or play.barcodes)
                for parcel in play.order.parcels
            )
            if not waits and not_on_round(play.order, KOLYA, play.now):
                expected = EITHER  # Nothing to take over; what was done is not told.
            self._both(play, life, Dispatch(parcels=parcels), KOLYA, expected)
            return
        courier = self.chance.choice(("", "kolya", "mitya"))
        command = Dispatch(parcels=parcels, courier=courier)
        self._both(play, life, command, SONYA, life.dispatch(which))

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
        if play.stage in stages.COURIER and self.chance.random() < 0.1:
            self._reassign(play)
        before = play.order.courier
        if who.role is Role.COURIER:
            chosen = [each for each in COURIERS if each.id == before] or COURIERS
            who = self.chance.choice(chosen)
        if before and Role.COURIER in ROW_OF[type(command)].who:
            self._try_as_stranger(play, command)
        events = len(play.history)
        super()._both(play, life, command, who, expected, address, told)
        if len(play.history) > events:
            self._check(play, who, before)

    def _reassign(self, play: Play) -> None:
        """Let the warehouse give what is on its way to the door to another courier."""
        other = MITYA if play.order.courier == "kolya" else KOLYA
        stage = play.stage
        play.do(Dispatch(courier=other.id), PETYA)
        assert (play.order.courier, play.stage) == (other.id, stage), self.seed
        self.reassigned += 1

    def _try_as_stranger(self, play: Play, command: Struct) -> None:
        """Let the courier who does not carry the order take the step: nothing may come of it."""
        version = play.order.version
        stranger = MITYA if play.order.courier == "kolya" else KOLYA
        decision = play.try_(command, stranger)
        assert decision.refusal is not None
        assert decision.refusal.code is Code.NOT_IN_CUSTODY, (self.seed, command)
        assert (decision.events, play.order.version) == ((), version)
        self.refused += 1

    def _check(self, play: Play, who: Actor, before: str) -> None:
        """Check who carries the order after something has happened to it."""
        order = play.order
        if who.role is Role.COURIER:
            assert before in {"", who.id}, (self.seed, play.history[-1])
            self.taken_over += before != order.courier
        delivered = order.outcome in {Outcome.ISSUED, Outcome.RETURNED}
        assert not order.courier or delivered or is_carried(order.parcels), self.seed


def test_no_courier_moves_what_another_one_carries() -> None:
    """Rule 4.19."""
    refused = taken_over = reassigned = 0
    for seed in range(WALKS):
        walk = Rounds(seed)
        walk.run(STEPS)
        refused += walk.refused
        taken_over += walk.taken_over
        reassigned += walk.reassigned
    assert min(refused / 20, taken_over, reassigned) > WALKS
