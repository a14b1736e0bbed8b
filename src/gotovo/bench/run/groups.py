"""The groups by name: where each is, what it measures, and how long that takes.

A group's module is imported when it is asked for, so one that needs more than the program itself
costs the others nothing. It has `BUDGETS` and, for a group called `x`, an `open_x`:

    @asynccontextmanager
    async def open_x(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]

which prepares what the measures need and clears it away again.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from types import ModuleType

from msgspec import Struct

from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.run.figure import Budget, Measure, Plan

Opener = Callable[[BenchEnvironment, Plan], AbstractAsyncContextManager[list[Measure]]]

FULL = Plan(quick=False, rounds=5, seconds=1.0)
QUICK = Plan(quick=True, rounds=3, seconds=0.5)
"""What a run does unless it is told otherwise; the estimates below are for these two."""


PREPARING_PART = 0.25
"""How much of a usual run is spent before its rounds begin, whatever they are."""


class Group(Struct, frozen=True):
    """One line of the table; `seconds` are for `FULL` and `QUICK`, preparing included."""

    name: str
    caption: str
    seconds: float
    seconds_quick: float
    by_default: bool = False


class UnknownGroup(Exception):
    """No group is called that; the message lists them."""


GROUPS: tuple[Group, ...] = (
    Group("limits", "what the machine can do", 65, 26, by_default=True),
    Group("engine", "the engine without HTTP", 24, 11, by_default=True),
    Group("store", "the journal's statements", 90, 20, by_default=True),
    Group("server", "the whole server over HTTP", 330, 45, by_default=True),
    Group("flash", "everybody wants the same thing", 60, 15, by_default=True),
    Group("overload", "more than the machine can do", 75, 20),
    Group("growth", "ten thousand orders and a million", 480, 110),
    Group("timers", "deadlines that are due all at once", 240, 60),
    Group("peers", "other stacks, installed on demand", 330, 110),
)


def chosen_groups(names: Sequence[str]) -> tuple[Group, ...]:
    """Return the groups of these names in the table's order, or those that run by default."""
    known = {group.name: group for group in GROUPS}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"{', '.join(unknown)}: no such group; there are {', '.join(known)}"
        raise UnknownGroup(message)
    return tuple(g for g in GROUPS if (g.name in names if names else g.by_default))


def expected_seconds(groups: Sequence[Group], plan: Plan) -> float:
    """Return about how long these groups take: the rounds in proportion, preparing as always."""
    usual = QUICK if plan.quick else FULL
    times = plan.rounds * plan.seconds / (usual.rounds * usual.seconds)
    total = sum(g.seconds_quick if plan.quick else g.seconds for g in groups)
    return total * (PREPARING_PART + (1 - PREPARING_PART) * times)


def opener_of(group: Group) -> Opener:
    """Return what opens the group."""
    return getattr(_module_of(group), f"open_{group.name}")


def budgets_of(group: Group) -> tuple[Budget, ...]:
    """Return what the group's figures have to come to."""
    return _module_of(group).BUDGETS


def _module_of(group: Group) -> ModuleType:
    """Import the module of the group's name, which costs the others nothing."""
    return import_module(f"gotovo.bench.measures.{group.name}")
