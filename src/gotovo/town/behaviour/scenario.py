"""The scenario of an order: what its people will do, drawn from the seed and the order's name.

Nothing of it is stored: the same seed draws the same scenario again, so a town that was stopped
continues where it was.
"""

from enum import StrEnum
from random import Random

from msgspec import Struct

from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.values.order import Order, Stage
from gotovo.town.dataset.people import Temperament

ORIGIN = "town"
"""The storefront of the town's orders; orders of any other are placed by visitors."""

KIND_DAY = "day"
KIND_NOW = "now"
KIND_HALT = "halt"
KIND_SHOW = "show"
"""The first word of an order's external id: takes days, takes minutes, is left at a stage when the
history ends, or is held there for show."""

_LATE_SHARE = 0.05
_FUMBLES_SHARE = 0.06
_EXTENDS_SHARE = 0.05
_TRUSTS_SHARE = 0.06
_OPENS_FIRST_SHARE = 0.7
_FAILURE_SHARE = 0.3
_GIVES_UP_SHARE = 0.4


class Ending(StrEnum):
    """How the order ends unless a visitor intervenes."""

    COLLECTS = "collects"
    REFUSES_PART = "refuses_part"
    REFUSES_ALL = "refuses_all"
    FORGETS = "forgets"
    NEVER_PAYS = "never_pays"
    CANCELS_UNPAID = "cancels_unpaid"
    CANCELS_EARLY = "cancels_early"
    CANCELS_ON_WAY = "cancels_on_way"
    CANCELS_ON_SHELF = "cancels_on_shelf"
    SHORTAGE = "shortage"
    LOST = "lost"
    RETURNS = "returns"
    RETURNS_PART = "returns_part"
    VISITOR = "visitor"  # a visitor decides; the town plays the staff only


_SHARES = {
    Ending.COLLECTS: 60,
    Ending.REFUSES_PART: 5,
    Ending.REFUSES_ALL: 3,
    Ending.FORGETS: 6,
    Ending.NEVER_PAYS: 4,
    Ending.CANCELS_UNPAID: 2,
    Ending.CANCELS_EARLY: 3,
    Ending.CANCELS_ON_WAY: 3,
    Ending.CANCELS_ON_SHELF: 3,
    Ending.SHORTAGE: 1,
    Ending.LOST: 1,
    Ending.RETURNS: 5,
    Ending.RETURNS_PART: 4,
}

_MORE_OFTEN = {
    Temperament.PROMPT: (),
    Temperament.FORGETFUL: (Ending.FORGETS, Ending.NEVER_PAYS),
    Temperament.PICKY: (Ending.REFUSES_PART, Ending.REFUSES_ALL, Ending.RETURNS),
    Temperament.FICKLE: (Ending.CANCELS_EARLY, Ending.CANCELS_ON_WAY, Ending.CANCELS_ON_SHELF),
}
_TIMES_MORE = 3

_HALT_ENDINGS = {
    Stage.CANCELLED: Ending.CANCELS_EARLY,
    Stage.TURNED_ROUND: Ending.CANCELS_ON_SHELF,
    Stage.WITHDRAWN: Ending.REFUSES_ALL,
    Stage.IN_RETURN: Ending.RETURNS,
    Stage.RECEIVED_BACK: Ending.RETURNS,
}

_FAILURES = (
    AttemptReason.NO_ANSWER,
    AttemptReason.ABSENT,
    AttemptReason.POSTPONED,
    AttemptReason.WRONG_ADDRESS,
)


class Scenario(Struct, frozen=True):
    """What buyer, staff and courier will do; the order stays at stage `halt` if there is one."""

    ending: Ending
    parcels: int = 1
    late: bool = False
    fumbles: bool = False
    extends: bool = False
    trusts: bool = False
    opens_first: bool = True
    failures: tuple[AttemptReason, ...] = ()
    gives_up_courier: bool = False
    halt: Stage | None = None


def kind_of(external_id: str) -> str:
    """Return the first word of an external id."""
    return external_id.partition("-")[0]


def halt_of(external_id: str) -> Stage | None:
    """Return the stage that an order stays at: the last word of its external id."""
    if kind_of(external_id) not in {KIND_HALT, KIND_SHOW}:
        return None
    return Stage(external_id.rpartition("-")[2])


def scenario_of(seed: int, order: Order, temperament: Temperament | None) -> Scenario:
    """Return the scenario of an order; one that the town did not place belongs to a visitor."""
    rng = Random(f"fate:{seed}:{order.origin}:{order.external_id or order.number}")  # noqa: S311
    if order.origin != ORIGIN or temperament is None:
        return Scenario(Ending.VISITOR, parcels=rng.randint(1, 2))
    halt = halt_of(order.external_id)
    if halt is not None:
        failures = (AttemptReason.ABSENT,) if halt is Stage.ATTEMPT_FAILED else ()
        ending = _HALT_ENDINGS.get(halt, Ending.COLLECTS)
        return Scenario(ending, parcels=rng.randint(1, 3), failures=failures, halt=halt)
    shares = dict(_SHARES)
    for ending in _MORE_OFTEN[temperament]:
        shares[ending] *= _TIMES_MORE
    ending = rng.choices(tuple(shares), tuple(shares.values()))[0]
    fails = rng.random() < _FAILURE_SHARE
    return Scenario(
        ending,
        parcels=rng.choice((1, 1, 1, 2, 2, 3)),
        late=rng.random() < _LATE_SHARE,
        fumbles=rng.random() < _FUMBLES_SHARE,
        extends=rng.random() < _EXTENDS_SHARE,
        trusts=rng.random() < _TRUSTS_SHARE,
        opens_first=rng.random() < _OPENS_FIRST_SHARE,
        failures=(rng.choice(_FAILURES),) if fails else (),
        gives_up_courier=rng.random() < _GIVES_UP_SHARE,
    )
