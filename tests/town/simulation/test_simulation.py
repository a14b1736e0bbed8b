"""A town repeats by its seed, and whatever happens in it, the books are right."""

import asyncio
import json
import subprocess
from uuid import UUID

import pytest
from typing_extensions import override

from gotovo.engine.ports import IdempotencyRecord
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Attention, Outcome, Reason, Stage
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.order.values.status import status_of
from gotovo.points.point import point_errors
from gotovo.town.behaviour.arrivals import SHOWN
from gotovo.town.dataset.people import people
from gotovo.town.dataset.places import points
from gotovo.town.simulation.auditor import audit
from gotovo.town.simulation.fault_injection import FaultyJournal, RepeatedRequests
from gotovo.town.simulation.runtime import MemoryRuntime
from gotovo.town.simulation.simulation import simulate_days, units_for
from gotovo.town.simulation.virtual_clock import VirtualClock
from tests.support.cli.program import GOTOVO
from tests.support.town.town import BEGINS, SECRET, Town, town


@pytest.fixture(scope="module")
def tally() -> Town:
    """Simulator the town that a demo begins with; the tests only look."""
    return asyncio.run(town())


async def test_the_same_seed_writes_the_same_history_to_the_last_hash() -> None:
    one, other = await town(seed=5, days=3), await town(seed=5, days=3)
    assert one.heads() == other.heads()
    assert len(one.heads()) > 100


async def test_another_seed_is_another_town() -> None:
    one, other = await town(seed=5, days=1), await town(seed=6, days=1)
    assert not one.heads().keys() & other.heads().keys()


def test_an_audit_of_the_whole_town_finds_nothing(tally: Town) -> None:
    found = asyncio.run(audit(tally.runtime, tally.tally.numbers, units_for(9, 32)))
    assert found.examples == []
    assert found.clean
    assert found.orders == len(tally.orders())


def test_the_auditor_sees_goods_that_nobody_moved() -> None:
    async def stolen() -> bool:
        small = await town(days=1)
        small.runtime.journal.receive("KZN", "CHAI-01", 1)
        return (await audit(small.runtime, small.tally.numbers, units_for(1, 32))).clean

    assert asyncio.run(stolen()) is False


@pytest.mark.parametrize("version", [0, 1])
def test_the_auditor_sees_that_an_event_is_gone(version: int) -> None:
    async def findings() -> set[str]:
        small = await town(days=1)
        histories = small.runtime.journal._histories
        longest = max(histories.values(), key=len)
        del longest[version]
        return set((await audit(small.runtime, small.tally.numbers, units_for(1, 32))).findings)

    assert "chain" in asyncio.run(findings())


def test_every_stage_of_the_lifecycle_is_to_be_seen(tally: Town) -> None:
    assert {order.stage for order in tally.orders()} == set(Stage)


def test_every_outcome_and_every_reason_that_people_cause_has_happened(tally: Town) -> None:
    orders = tally.orders()
    assert {order.outcome for order in orders} == {None, *Outcome}
    caused = {order.reason for order in orders}
    assert caused >= {
        Reason.CUSTOMER_REQUEST,
        Reason.PAYMENT_EXPIRED,
        Reason.OUT_OF_STOCK,
        Reason.NOT_COLLECTED,
        Reason.REFUSED_AT_DESK,
    }


def test_the_town_contradicts_nothing_and_is_refused_only_wrong_codes(tally: Town) -> None:
    flagged = [o.number for o in tally.orders() if Attention.CONTRADICTION in o.attention]
    assert flagged == []
    assert set(tally.tally.refusals) <= {"wrong_code"}


def test_there_are_some_hundred_orders_in_one_to_three_parcels(tally: Town) -> None:
    orders = tally.orders()
    assert 250 <= len(orders) <= 400
    packed = [sum(not p.back for p in order.parcels) for order in orders if order.parcels]
    assert {1, 2, 3} <= set(packed)


def test_the_first_phone_has_orders_in_all_four_statuses(tally: Town) -> None:
    first = people(1)[0]
    assert first.phone == "+79000000001"
    customer = customer_id(SECRET, first.phone)
    mine = [order for order in tally.orders() if order.customer == customer]
    assert {status_of(order) for order in mine} == {
        "awaiting_payment",
        "processing",
        "ready_for_pickup",
        "closed",
    }
    assert len(mine) == sum(person == 0 for person, _ in SHOWN)


def test_codes_of_the_town_are_those_that_the_account_shows(tally: Town) -> None:
    order = next(o for o in tally.orders() if o.stage is Stage.SHELVED)
    code = pickup_code(SECRET, order.number, "KZN-1", order.codes.counter)
    assert len(code) == 6


def test_the_points_of_the_town_can_be_used() -> None:
    assert [point_errors(point) for point in points(BEGINS.date())] == [(), (), ()]


@pytest.mark.parametrize("seed", [11, 12, 13])
async def test_a_month_of_any_town_keeps_its_books_right(seed: int) -> None:
    month = await town(seed=seed, days=30, a_day=12, leave=False)
    found = await audit(month.runtime, month.tally.numbers, units_for(30, 12))
    assert found.examples == [], f"seed {seed}"
    assert month.tally.timed > 0


@pytest.mark.parametrize("seed", [21, 22])
async def test_races_and_lost_connections_leave_no_trace_in_the_books(seed: int) -> None:
    clock = VirtualClock(BEGINS)
    journal = FaultyJournal(seed)
    runtime = MemoryRuntime(SECRET, clock, journal)
    repeats = RepeatedRequests(seed, runtime.engine)
    tally = await simulate_days(seed, runtime, clock, 4, 40, repeats=repeats)
    assert journal.races
    assert journal.absences
    assert repeats.repeated > 100
    assert repeats.different == [], f"seed {seed}"
    found = await audit(runtime, tally.numbers, units_for(4, 40))
    assert found.examples == [], f"seed {seed}"


async def test_a_command_that_is_done_twice_would_be_noticed() -> None:
    """The faults are worth something only if a journal that forgets its answers is caught."""
    clock = VirtualClock(BEGINS)
    runtime = MemoryRuntime(SECRET, clock)
    repeats = RepeatedRequests(1, runtime.engine)
    runtime.journal._records = Forgetful()
    await simulate_days(1, runtime, clock, 1, 40, repeats=repeats)
    assert repeats.different


class Forgetful(dict[UUID, IdempotencyRecord]):
    """Answers that nobody keeps."""

    @override
    def __setitem__(self, key: UUID, value: IdempotencyRecord) -> None:
        del key, value


def test_the_command_ends_well_and_counts_what_it_looked_at() -> None:
    arguments = ["simulate", "--seed", "3", "--days", "2", "--orders-per-day", "20", "--json"]
    done = subprocess.run([GOTOVO, *arguments], capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert report["clean"] is True
    assert report["audit"]["orders"] == 40
