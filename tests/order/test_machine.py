"""The same two accounts, led by hypothesis: it looks for the shortest story that parts them."""

import os
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gotovo.order.values.invariants import broken
from tests.support.order.walk import ORDERS, Walk

FULL = os.environ.get("GOTOVO_TEST_FULL") == "1"

chances = st.randoms(use_true_random=False)
"""Chance in the hands of hypothesis, which can replay and shorten whatever it led to."""


class Town(RuleBasedStateMachine):
    """Several orders over one small stock; `Walk` compares both accounts after each command."""

    def __init__(self) -> None:
        """Begin with nothing placed."""
        super().__init__()
        self.walk = Walk(0)

    @initialize(chance=chances)
    def the_first_orders_are_placed(self, chance: Random) -> None:
        self.walk.chance = chance
        self.walk.open()

    @rule(which=st.integers(0, ORDERS - 1), chance=chances)
    def an_order_goes_on(self, which: int, chance: Random) -> None:
        self.walk.chance = chance
        self.walk.go_on(which)

    @rule(which=st.integers(0, ORDERS - 1), data=st.data(), chance=chances)
    def anything_happens(self, which: int, data: st.DataObject, chance: Random) -> None:
        self.walk.chance = chance
        thing = data.draw(st.sampled_from(sorted(self.walk.things)))
        self.walk.things[thing](*self.walk.pairs[which])

    @invariant()
    def no_law_is_broken(self) -> None:
        for play, _ in self.walk.pairs:
            assert broken(play.order) == ()


TestTown = Town.TestCase
TestTown.settings = settings(
    max_examples=400 if FULL else 100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
