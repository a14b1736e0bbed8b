"""Groups of measures by name: where each is, what it measures, and how long it takes.

The module of a group is imported when the group is run, so that a group which needs more than the
program itself costs the others nothing. It has `BUDGETS` and, for a group called `x`, an `open_x`:

    @asynccontextmanager
    async def open_x(environment: BenchEnvironment, plan: RunPlan) -> AsyncGenerator[list[Measure]]

which prepares what the measures need and cleans up afterwards.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from types import ModuleType

from msgspec import Struct

from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.run.measure import Budget, Measure, RunPlan

OpenGroup = Callable[[BenchEnvironment, RunPlan], AbstractAsyncContextManager[list[Measure]]]

FULL = RunPlan(quick=False, rounds=5, seconds=1.0)
QUICK = RunPlan(quick=True, rounds=3, seconds=0.5)
"""The defaults of a run; the estimates below are for these two."""


PREPARATION_PART = 0.25
"""The part of a run with default options that is spent before its rounds begin."""


class MeasureGroup(Struct, frozen=True):
    """One row of the table; `seconds` are for `FULL` and `QUICK`, preparation included."""

    name: str
    caption: str
    seconds: float
    seconds_quick: float
    by_default: bool = False


class UnknownGroup(Exception):
    """There is no group of that name; the message lists those there are."""


GROUPS: tuple[MeasureGroup, ...] = (
    MeasureGroup("limits", "what the machine can do", 65, 26, by_default=True),
    MeasureGroup("engine", "the engine without HTTP", 24, 11, by_default=True),
    MeasureGroup("store", "the statements of the journal", 90, 20, by_default=True),
    MeasureGroup("server", "the whole server over HTTP", 330, 45, by_default=True),
    MeasureGroup("flash", "a sale: many buyers, one product", 60, 15, by_default=True),
    MeasureGroup("overload", "more requests than the machine can serve", 130, 60),
    MeasureGroup("messages", "from ready to the buyer's message", 75, 25),
    MeasureGroup("growth", "ten thousand orders against a million", 480, 110),
    MeasureGroup("timers", "many deadlines due at the same time", 240, 60),
    MeasureGroup("peers", "other stacks, installed on demand", 330, 110),
)


def chosen_groups(names: Sequence[str]) -> tuple[MeasureGroup, ...]:
    """Return the groups of these names in the table's order, or those that run by default."""
    known = {group.name: group for group in GROUPS}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"{', '.join(unknown)}: no such group; there are {', '.join(known)}"
        raise UnknownGroup(message)
    return tuple(g for g in GROUPS if (g.name in names if names else g.by_default))


def expected_seconds(groups: Sequence[MeasureGroup], plan: RunPlan) -> float:
    """Estimate how long these groups take; only the rounds grow with the plan."""
    default = QUICK if plan.quick else FULL
    times = plan.rounds * plan.seconds / (default.rounds * default.seconds)
    total = sum(g.seconds_quick if plan.quick else g.seconds for g in groups)
    return total * (PREPARATION_PART + (1 - PREPARATION_PART) * times)


def open_function_of(group: MeasureGroup) -> OpenGroup:
    """Return the function that opens the group."""
    return getattr(_module_of(group), f"open_{group.name}")


def budgets_of(group: MeasureGroup) -> tuple[Budget, ...]:
    """Return the budgets of the group's figures."""
    return _module_of(group).BUDGETS


def _module_of(group: MeasureGroup) -> ModuleType:
    return import_module(f"gotovo.bench.measures.{group.name}")
