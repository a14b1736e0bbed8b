"""`gotovo pace`: make anew what is learnt of durations, or check how good the told times are."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from gotovo.assembly.runtime import open_house
from gotovo.cli.commands.simulate import BEGINS
from gotovo.cli.context import database, report, say, settings, show
from gotovo.cli.exit_status import WrongUse
from gotovo.config import Settings
from gotovo.engine.background.followers import Follower
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.columns import profile_for
from gotovo.exchange.imports.durations import durations
from gotovo.exchange.imports.olist import OLIST
from gotovo.exchange.imports.reader import NoRows, look_at
from gotovo.order.forecast.calibration import Calibration, Figures, calibrate, compare_convolution
from gotovo.order.forecast.duration_key import Key, zone_of
from gotovo.order.forecast.observation import Observation, observed
from gotovo.order.values.order import Order
from gotovo.points.timetable import Timetable
from gotovo.store.tables.orders.stage_durations import FOLLOWER, PaceStore
from gotovo.town.simulation.runtime import MemoryHouse
from gotovo.town.simulation.simulation import play_days
from gotovo.town.simulation.virtual_clock import VirtualClock

TOWN_DAYS = 42
"""Three weeks to learn from and three to tell: every time of the week comes three times in each."""

TOWN_ORDERS_A_DAY = 40
TOWN_SEED = 1

CONVOLUTIONS_MAX = 200
"""Whole ways that are also added up from their stages; each takes some ten milliseconds."""

_LASTED_FILE = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
_LASTED_TOWN = (timedelta(hours=4), timedelta(hours=12))

Opening = Callable[[Key], Timetable | None]


class Lasted(Struct, frozen=True):
    """A check of what was told once the stage had lasted so many hours."""

    hours: float
    calibration: Calibration


class Checked(Struct, frozen=True):
    """The report of one check; `convolution` compares the whole way with the sum of its stages."""

    of: str
    durations: int
    lasted: tuple[Lasted, ...]
    convolution: tuple[Figures, ...]


def pace(*, rebuild: bool, check: Path | None, check_town: bool, json: bool) -> None:
    """Do what was asked for; nothing at all is wrong use."""
    if not (rebuild or check or check_town):
        raise WrongUse("say what to do: --rebuild, --check FILE or --check-town")
    done: list[Checked] = []
    if check is not None:
        done.append(_checked(str(check), _of_file(check), lambda _key: None, _LASTED_FILE))
    if check_town:
        seen, opening = asyncio.run(_of_town())
        done.append(_checked("the simulated town", seen, opening, _LASTED_TOWN))
        said = "the simulated town, opening hours left out"
        done.append(_checked(said, seen, lambda _key: None, ()))
    for each in done:
        if not json:
            _say(each)
    if json:
        report(done)
    if rebuild:
        chosen = settings()
        with database(chosen) as url:
            sketches = asyncio.run(_rebuild(chosen, url))
        say(f"{sketches} sketches made anew from the journal.")


async def _rebuild(chosen: Settings, url: str) -> int:
    """Forget everything and follow the journal from its beginning; a server may go on meanwhile."""
    async with open_house(chosen, url) as house:
        store = PaceStore(house.pool, house.directory, house.clock, one_lane)
        await store.forget()
        await Follower(FOLLOWER, house.journal, store.learn).catch_up()
        await store.refresh()
        return len(store())


def _of_file(file: Path) -> list[Observation]:
    if not file.is_file():
        raise WrongUse(f"{file} is no file that can be read")
    with file.open("rb") as stream:
        try:
            table = look_at(stream)
        except NoRows as error:
            raise WrongUse(f"{file} has no header to tell its columns") from error
        profile = profile_for(table.columns, (OLIST,))
        return list(durations(stream, table, profile))


async def _of_town() -> tuple[list[Observation], Opening]:
    clock = VirtualClock(BEGINS)
    house = MemoryHouse(hashlib.sha256(f"simulation {TOWN_SEED}".encode()).digest(), clock)
    played = await play_days(TOWN_SEED, house, clock, TOWN_DAYS, TOWN_ORDERS_A_DAY)
    histories = await house.journal.histories(0, played.numbers)
    await house.engine.close()
    points, warehouses = house.directory()

    def zone(order: Order) -> str:
        return zone_of(order, points, warehouses)

    hours = {f"{each.warehouse}>{each.code}": each.timetable for each in points.values()}

    def opening(key: Key) -> Timetable | None:
        return hours.get(key.route) if key.goal == "shelved" else None

    return [x for history in histories.values() for x in observed(history, zone)], opening


def _checked(
    of: str, seen: Sequence[Observation], opening: Opening, lasted: Sequence[timedelta]
) -> Checked:
    return Checked(
        of,
        len(seen),
        tuple(
            Lasted(each / timedelta(hours=1), calibrate(seen, opening, each))
            for each in (timedelta(), *lasted)
        ),
        compare_convolution(seen, CONVOLUTIONS_MAX),
    )


def _say(done: Checked) -> None:
    show(f"{done.of}: {done.durations} durations, the later half told from the earlier ones")
    for lasted in done.lasted:
        show("")
        show(
            f"told once it had lasted {lasted.hours:g} h; {lasted.calibration.silent} told nothing"
        )
        _say_figures(lasted.calibration.figures)
        show("by the number of cases it was told from")
        _say_figures(lasted.calibration.sizes)
    show("")
    show("the whole way after payment, told directly and as the sum of its stages")
    _say_figures(done.convolution)
    show("")


def _say_figures(figures: Sequence[Figures]) -> None:
    show(
        f"  {'':26} {'told':>6} {'5of10':>6} {'9of10':>6} {'ahead h':>8} {'5to9 h':>7} {'off h':>7}"
        f" | {'naive':>6} {'9of10':>6} {'ahead h':>8} {'off h':>7}"
    )
    for x in figures:
        show(
            f"  {x.name:26} {x.told:6} {x.half:6.3f} {x.usual:6.3f} {x.span:8.1f} {x.spread:7.1f}"
            f" {x.off:7.1f} | {x.naive_half:6.3f} {x.naive_usual:6.3f} {x.naive_span:8.1f}"
            f" {x.naive_off:7.1f}"
        )
