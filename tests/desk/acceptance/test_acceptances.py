"""A random acceptance against a model: the report is what the model says, and nothing is twice."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gotovo.value import Value
from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk

LISTED, CANCELLED, SURPLUS, FOREIGN = "listed", "cancelled", "surplus", "foreign"
KINDS = (LISTED, LISTED, LISTED, CANCELLED, SURPLUS, FOREIGN)
"""What there is: three parcels of the manifest, one whose order is cancelled on the way, one that
is ours and not listed, and one for another point."""

OURS = frozenset({LISTED, SURPLUS})


class Act(Value, frozen=True):
    """Something that a clerk does with one of the items."""

    what: str
    item: int = 0


ITEMS = st.integers(0, len(KINDS) - 1)
ACTS = st.lists(
    st.one_of(
        st.builds(Act, st.just("scan"), ITEMS),
        st.builds(Act, st.just("scan"), ITEMS),
        st.builds(Act, st.just("damaged"), ITEMS),
        st.builds(Act, st.just("second"), ITEMS),
        st.builds(Act, st.just("shelve"), ITEMS),
        st.builds(Act, st.just("again")),
        st.builds(Act, st.just("unknown")),
        st.builds(Act, st.just("no_order")),
        st.builds(Act, st.just("unreadable")),
    ),
    max_size=14,
)


class Model:
    """What an acceptance should come to, by its items and not by the program's rules."""

    def __init__(self) -> None:
        self.taken: dict[int, str] = {}
        self.shelved: set[int] = set()
        self.aside: Counter[str] = Counter()
        self.no_order = 0

    def answer(self, act: Act) -> str:
        """Return what has to be said."""
        kind = KINDS[act.item]
        match act.what:
            case "unknown" | "unreadable":
                self.aside[act.what] += 1
                return act.what
            case "no_order":
                self.no_order += 1
                return "no_order"
            case "second":
                self.aside["duplicate_code"] += 1
                return "duplicate_code"
            case _ if kind == FOREIGN:
                self.aside["wrong_point"] += 1
                return "wrong_point"
            case _:
                return self._of_ours(act, kind)

    def _of_ours(self, act: Act, kind: str) -> str:
        known = self.taken.get(act.item)
        if kind == CANCELLED:
            self.taken[act.item] = "to_return"
            return "to_return" if known is None else "already_here"
        if act.what == "damaged":
            self.taken[act.item] = "damaged"
            return "damaged" if known != "damaged" else "already_here"
        if known is not None:
            return "already_here"
        self.taken[act.item] = "surplus" if kind == SURPLUS else "accepted"
        return self.taken[act.item]

    def may_shelve(self, item: int) -> bool:
        """Return whether a parcel can be put on a shelf here."""
        return KINDS[item] in OURS

    def report(self) -> dict[str, Any]:
        """Return the counts of the report, and the result of each parcel."""
        results = dict(self.taken)
        for item, kind in enumerate(KINDS):
            if kind in {LISTED, CANCELLED} and item not in results:
                results[item] = "accepted" if item in self.shelved else "missing"
        told = Counter(results.values())
        told["put_aside"] = sum(self.aside.values())
        told["no_order"] = self.no_order
        told["expected"] = sum(kind in {LISTED, CANCELLED} for kind in KINDS)
        return {"counts": told, "results": results}


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, loses_answers=st.booleans())
async def test_the_report_of_a_random_acceptance_equals_the_model(
    api: Api, acts: list[Act], *, loses_answers: bool
) -> None:
    """With lost answers every scan is sent twice, as by a device whose process was killed."""
    desk = Desk(api)
    await desk.set_up()
    items = await desk.packed_each(["KZN-2" if x == FOREIGN else "KZN-1" for x in KINDS])
    listed = [items[n] for n, kind in enumerate(KINDS) if kind in {LISTED, CANCELLED}]
    manifest = await desk.manifest(listed)
    await api.step(items[KINDS.index(CANCELLED)][:12], "cancellation", reason="customer_request")
    acceptance = await desk.open(manifest)
    model, last = Model(), None
    for step, act in enumerate(acts):
        if act.what == "shelve":
            if model.may_shelve(act.item):
                await desk.shelve(items[act.item], "2-1")
                model.shelved.add(act.item)
            continue
        if act.what == "again":
            if last is not None:
                assert await scan(desk, acceptance, items, last[0], last[1]) == last[2]
            continue
        key = f"{acceptance}-{step}"
        told = await scan(desk, acceptance, items, act, key)
        if loses_answers:
            await api.network.pool.execute("delete from idempotency")
            assert await scan(desk, acceptance, items, act, key) == told
        assert told["answer"] == model.answer(act), act
        last = (act, key, told)
    await compare(desk, acceptance, items, model)


async def scan(desk: Desk, acceptance: str, items: list[str], act: Act, key: str) -> Any:
    """Return the answer to what a clerk does."""
    code = items[act.item]
    match act.what:
        case "damaged":
            return await desk.scan(acceptance, code, key, condition="damaged", reason="goods")
        case "second":
            return await desk.scan(acceptance, code, key, condition="second_item")
        case "unknown":
            return await desk.scan(acceptance, "4601546021298", key)
        case "no_order":
            return await desk.scan(acceptance, "", key, condition="no_order", reason="to_check")
        case "unreadable":
            return await desk.scan(acceptance, "", key, condition="unreadable")
        case _:
            return await desk.scan(acceptance, code, key)


async def compare(desk: Desk, acceptance: str, items: list[str], model: Model) -> None:
    """Compare the report, the orders and the cases with the model."""
    report = await desk.close(acceptance)
    wanted = model.report()
    counts = {name: number for name, number in report["counts"].items() if number}
    assert counts == {name: number for name, number in wanted["counts"].items() if number}
    aside = Counter(x["answer"] for x in report["items"] if x["result"] == "put_aside")
    assert aside == model.aside
    results = {
        items.index(x["parcel"]): x["result"]
        for x in report["items"]
        if x["parcel"] and x["result"] != "put_aside"
    }
    assert results == wanted["results"]
    for item, kind in enumerate(KINDS):
        events = await desk.api.network.pool.fetch(
            "select type from event where number = $1", items[item][:12]
        )
        arrivals = sum(row["type"] == "parcel.arrived" for row in events)
        assert arrivals == (item in model.taken or item in model.shelved), (item, kind)
    missing = {items[item] for item, result in results.items() if result == "missing"}
    cases = await desk.api.network.pool.fetch(
        "select proofs ->> 'parcel' as parcel from case_file where kind = 'shortage'"
    )
    shortages = {row["parcel"] for row in cases}
    assert shortages & set(items) == missing
    assert await desk.close(acceptance) == report
