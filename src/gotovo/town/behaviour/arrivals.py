"""When orders are placed: the daily ones, most in the evening, and those held for show."""

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
"""Orders that the seeded history leaves at each stage, so that every desk has work."""

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
"""Orders held at a stage for show, by buyer: the first three phones of the town."""


def daily_baskets(seed: int, start: datetime, until: datetime, a_day: int) -> Iterator[Basket]:
    """Yield the baskets of ordinary days by time."""
    buyers = people(seed)
    day = local_date(start, TIME_ZONE)
    while beginning(TIME_ZONE, day, time()) < until:
        for index, at in enumerate(_instants(seed, day, a_day)):
            if start <= at < until:
                rng = Random(f"buyer:{seed}:{day}:{index}")  # noqa: S311
                name = f"{KIND_DAY}-{day:%Y%m%d}-{index:05}"
                yield Basket(name, at, rng.choice(buyers[len(_shown_people()) :]))
        day += DAY


def halted_baskets(seed: int, until: datetime) -> list[Basket]:
    """Return the baskets of the orders that a history leaves at each stage when it ends."""
    rng = Random(f"left:{seed}")  # noqa: S311
    least, most = _HALT_BEFORE
    buyers = people(seed)[len(_shown_people()) :]
    return sorted(
        (
            Basket(
                f"{KIND_HALT}-{local_date(until, TIME_ZONE):%Y%m%d}-{index}-{stage}",
                until - least - (most - least) * rng.random(),
                rng.choice(buyers),
            )
            for stage in Stage
            for index in range(HALTS_A_STAGE)
        ),
        key=lambda basket: basket.at,
    )


def showcase_baskets(seed: int, day: date, at: datetime) -> list[Basket]:
    """Return the baskets of a day whose orders are held at their stage for show."""
    buyers = people(seed)
    return [
        Basket(f"{KIND_SHOW}-{day:%Y%m%d}-{index}-{stage}", at, buyers[person])
        for index, (person, stage) in enumerate(SHOWN)
    ]


def is_showcase_on(external_id: str, day: date) -> bool:
    """Whether an order is held for show on a day."""
    return external_id.startswith(f"{KIND_SHOW}-{day:%Y%m%d}-")


def random_buyer(seed: int, name: str) -> Person:
    """Return the buyer who places the order of this name."""
    rng = Random(f"passer-by:{seed}:{name}")  # noqa: S311
    return rng.choice(people(seed)[len(_shown_people()) :])


def _shown_people() -> set[int]:
    return {person for person, _ in SHOWN}


def _instants(seed: int, day: date, count: int) -> list[datetime]:
    rng = Random(f"day:{seed}:{day}")  # noqa: S311
    midnight = beginning(TIME_ZONE, day, time())
    hours = (rng.triangular(_FIRST_HOUR, _LAST_HOUR, _BUSIEST_HOUR) for _ in range(count))
    return sorted(midnight + timedelta(seconds=round(h * 3600)) for h in hours)
