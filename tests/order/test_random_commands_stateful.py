"""Stateful test: hypothesis searches for the shortest sequence of commands on which they differ.

`Walk` compares each order with the model after each command.
"""

import os
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gotovo.order.values.invariants import broken
from tests.support.order.walk import Walk
from tests.support.order.walk_setting import ORDERS

FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"

randoms = st.randoms(use_true_random=False)
"""Randomness controlled by hypothesis, which can replay and shorten it."""


class OrdersMachine(RuleBasedStateMachine):
    """Several orders over one small stock."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk(0)

    @initialize(chance=randoms)
    def first_orders_placed(self, chance: Random) -> None:
        self.walk.chance = chance
        self.walk.open()

    @rule(which=st.integers(0, ORDERS - 1), chance=randoms)
    def next_step(self, which: int, chance: Random) -> None:
        self.walk.chance = chance
        self.walk.go_on(which)

    @rule(which=st.integers(0, ORDERS - 1), data=st.data(), chance=randoms)
    def any_operation(self, which: int, data: st.DataObject, chance: Random) -> None:
        self.walk.chance = chance
        operation = data.draw(st.sampled_from(sorted(self.walk.things)))
        self.walk.things[operation](*self.walk.pairs[which])

    @invariant()
    def invariants_hold(self) -> None:
        for play, _ in self.walk.pairs:
            assert broken(play.order) == ()


TestOrders = OrdersMachine.TestCase
TestOrders.settings = settings(
    max_examples=400 if FULL else 100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
