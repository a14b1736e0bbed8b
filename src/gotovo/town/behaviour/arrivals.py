"""When orders come in: a day's share of them, most in the evening, and those to be looked at."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from gotovo.order.values.order import Stage
from gotovo.points.local_time import DAY, beginning, local_date
from gotovo.town.behaviour.scenario import KIND_DAY, KIND_HALT, KIND_SHOW
from gotovo.town.behaviour.shopping import Basket
from gotovo.town.dataset.people import Person, people
from gotovo.town.dataset.places import TIME_ZONE

_FIRST_HOUR, _LAST_HOUR, _BUSIEST_HOUR = 7, 23.9, 19.5

HALTS_A_STAGE = 4
"""Orders that a history leaves at each stage, so that every desk has something to do."""

_HALT_BEFORE = (timedelta(hours=2), timedelta(hours=3))

SHOWN = (
    (0, Stage.PLACED),
    (0, Stage.DISPATCHED),
    (0, Stage.SHELVED),
    (0, Stage.ISSUED),
    (0, Stage.CANCELLED),
    (1, Stage.SLOT_AGREED),
    (1, Stage.OUT_FOR_DELIVERY),
    (2, Stage.IN_RETURN),
    (2, Stage.RECEIVED_BACK),
)
"""Whose orders are kept at which stage to be looked at: the first three phones of the town."""


def by_the_day(seed: int, start: datetime, until: datetime, a_day: int) -> Iterator[Basket]:
    """Yield the baskets of ordinary days in order of time."""
    buyers = people(seed)
    day = local_date(start, TIME_ZONE)
    while beginning(TIME_ZONE, day, time()) < until:
        for index, at in enumerate(_instants(seed, day, a_day)):
            if start <= at < until:
                chance = Random(f"buyer:{seed}:{day}:{index}")  # noqa: S311
                name = f"{KIND_DAY}-{day:%Y%m%d}-{index:05}"
                yield Basket(name, at, chance.choice(buyers[len(_shown_people()) :]))
        day += DAY


def to_be_left(seed: int, until: datetime) -> list[Basket]:
    """Return the baskets whose orders stop at a stage each, shortly before a history ends."""
    chance = Random(f"left:{seed}")  # noqa: S311
    least, most = _HALT_BEFORE
    buyers = people(seed)[len(_shown_people()) :]
    return sorted(
        (
            Basket(
                f"{KIND_HALT}-{local_date(until, TIME_ZONE):%Y%m%d}-{index}-{stage}",
                until - least - (most - least) * chance.random(),
                chance.choice(buyers),
            )
            for stage in Stage
            for index in range(HALTS_A_STAGE)
        ),
        key=lambda basket: basket.at,
    )


def to_be_shown(seed: int, day: date, at: datetime) -> list[Basket]:
    """Return the baskets of a day whose orders are kept at their stage to be looked at."""
    buyers = people(seed)
    return [
        Basket(f"{KIND_SHOW}-{day:%Y%m%d}-{index}-{stage}", at, buyers[person])
        for index, (person, stage) in enumerate(SHOWN)
    ]


def is_shown_on(external_id: str, day: date) -> bool:
    """Tell whether an order is kept for people to look at on a day."""
    return external_id.startswith(f"{KIND_SHOW}-{day:%Y%m%d}-")


def passer_by(seed: int, name: str) -> Person:
    """Return who places the order of this name."""
    chance = Random(f"passer-by:{seed}:{name}")  # noqa: S311
    return chance.choice(people(seed)[len(_shown_people()) :])


def _shown_people() -> set[int]:
    return {person for person, _ in SHOWN}


def _instants(seed: int, day: date, count: int) -> list[datetime]:
    chance = Random(f"day:{seed}:{day}")  # noqa: S311
    midnight = beginning(TIME_ZONE, day, time())
    hours = (chance.triangular(_FIRST_HOUR, _LAST_HOUR, _BUSIEST_HOUR) for _ in range(count))
    return sorted(midnight + timedelta(seconds=round(h * 3600)) for h in hours)
