"""What will become of an order, drawn once from the seed and the order's name.

Nothing of it is stored: whoever knows the seed draws the same fate again, so a town that was
stopped goes on where it was.
"""

from enum import StrEnum
from random import Random

from msgspec import Struct

from gotovo.order.steps.attempt import AttemptReason
from gotovo.order.values.order import Order, Stage
from gotovo.town.dataset.people import Temperament

ORIGIN = "town"
"""The storefront that the town's orders come from; orders of any other are visitors' own."""

KIND_DAY = "day"
KIND_NOW = "now"
KIND_HALT = "halt"
KIND_SHOW = "show"
"""The first word of an order's external id: lived by the day, lived within minutes, stopped at a
stage until the history ends, or kept there to be looked at."""

_LATE_SHARE = 0.05
_FUMBLES_SHARE = 0.06
_EXTENDS_SHARE = 0.05
_TRUSTS_SHARE = 0.06
_OPENS_FIRST_SHARE = 0.7
_FAILURE_SHARE = 0.3
_GIVES_UP_SHARE = 0.4


class Ending(StrEnum):
    """How it ends, if nobody interferes."""

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
    VISITOR = "visitor"  # somebody at the screen decides; the town does what its staff would do


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


class Fate(Struct, frozen=True):
    """What an order's people will do; `halt` is the stage at which a stopped one waits."""

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
    """Return the stage that an order is stopped or kept at: the last word of its name."""
    if kind_of(external_id) not in {KIND_HALT, KIND_SHOW}:
        return None
    return Stage(external_id.rpartition("-")[2])


def fate_of(seed: int, order: Order, temperament: Temperament | None) -> Fate:
    """Return the fate of an order; one that the town did not place is a visitor's."""
    chance = Random(f"fate:{seed}:{order.origin}:{order.external_id or order.number}")  # noqa: S311
    if order.origin != ORIGIN or temperament is None:
        return Fate(Ending.VISITOR, parcels=chance.randint(1, 2))
    halt = halt_of(order.external_id)
    if halt is not None:
        failures = (AttemptReason.ABSENT,) if halt is Stage.ATTEMPT_FAILED else ()
        ending = _HALT_ENDINGS.get(halt, Ending.COLLECTS)
        return Fate(ending, parcels=chance.randint(1, 3), failures=failures, halt=halt)
    shares = dict(_SHARES)
    for ending in _MORE_OFTEN[temperament]:
        shares[ending] *= _TIMES_MORE
    ending = chance.choices(tuple(shares), tuple(shares.values()))[0]
    fails = chance.random() < _FAILURE_SHARE
    return Fate(
        ending,
        parcels=chance.choice((1, 1, 1, 2, 2, 3)),
        late=chance.random() < _LATE_SHARE,
        fumbles=chance.random() < _FUMBLES_SHARE,
        extends=chance.random() < _EXTENDS_SHARE,
        trusts=chance.random() < _TRUSTS_SHARE,
        opens_first=chance.random() < _OPENS_FIRST_SHARE,
        failures=(chance.choice(_FAILURES),) if fails else (),
        gives_up_courier=chance.random() < _GIVES_UP_SHARE,
    )
