"""The steps over HTTP are the lifecycle table, no more and no less."""

import ast
import inspect
from collections import defaultdict
from types import ModuleType
from typing import Any

import pytest

from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.resources.steps import ORDINARY, PARTICULAR
from gotovo.api.schemas.step_bodies import SERVER_ONLY, STEP_BODIES, STEP_ROWS, WITH_WORDS
from gotovo.order import checks, steps
from gotovo.order.lifecycle import TABLE
from gotovo.order.refusals import Code
from gotovo.order.values.actor import Role
from tests.support.api.entrances import AT_HOME
from tests.support.api.network import PLACE, TOTAL, Api, captured

_ELSEWHERE = {"placement", *WITH_WORDS}
"""Steps whose endpoints take more than the step itself."""

_RULES = (steps.__name__, checks.__name__)
"""The packages in which a step decides."""


def test_every_step_that_a_key_may_take_has_its_address() -> None:
    offered = {e.path.rpartition("/")[2] for e in ENDPOINTS if e.tag == "steps"}

    for row in TABLE:
        by_a_key = bool(row.who - {Role.SYSTEM, Role.BUYER}) and row.step not in _ELSEWHERE
        assert (row.step in offered) is by_a_key, row.step


def test_a_body_says_all_that_its_command_needs_and_when_it_happened() -> None:
    for step, body in STEP_BODIES.items():
        fields = {*STEP_ROWS[step].command.__struct_fields__, "at"}
        assert set(body.__struct_fields__) == fields - SERVER_ONLY.get(step, frozenset())


@pytest.mark.parametrize("step", STEP_ROWS)
def test_every_refusal_that_a_step_can_give_is_documented(step: str) -> None:
    row = STEP_ROWS[step]
    functions = [row.decide, row.fallback, row.decide_imported]
    can_give = {code for f in functions if f is not None for code in _codes_of(f)}

    can_give |= {Code.OWN_ORDER} if row.not_own else set()
    assert can_give <= {*ORDINARY, *PARTICULAR.get(step, ())}
    assert set(PARTICULAR.get(step, ())) <= can_give


async def test_a_step_told_late_keeps_the_time_it_happened(api: Api) -> None:
    number = (await api.place(at="2026-11-22T10:00:00+03:00"))["number"]

    order = await api.step(number, "payment", **captured(number, at="2026-11-22T11:00:00+03:00"))

    assert (order["placed_at"], order["paid_at"]) == (
        "2026-11-22T07:00:00Z",
        "2026-11-22T08:00:00Z",
    )


async def test_a_step_told_from_the_future_is_refused(api: Api) -> None:
    number = (await api.place())["number"]

    answer = await api.post(f"/orders/{number}/cancellation", {"at": "2026-11-22T12:00:00Z"})

    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_future")


async def test_an_instant_is_stored_and_shown_in_utc_whatever_its_offset(api: Api) -> None:
    """Rule 4.15."""
    number = (await api.place(delivery=AT_HOME))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing", "dispatch"):
        await api.step(number, step)
    await api.step(number, "call", answered=True)
    begins_at, ends_at = "2026-11-23T10:00:00+03:00", "2026-11-23T12:00:00+03:00"
    order = await api.step(number, "slot", begins_at=begins_at, ends_at=ends_at)
    slot = order["delivery"]["slot_begins_at"], order["delivery"]["slot_ends_at"]
    assert slot == ("2026-11-23T07:00:00Z", "2026-11-23T09:00:00Z")


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize(
    "at",
    ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
async def test_a_payment_of_any_age_is_recorded_as_of_now_and_flagged(
    api: Api, at: str, *, listed: bool
) -> None:
    """Rule 4.8: whatever clock was wrong, the money was captured."""
    number = (await api.place())["number"]
    body = captured(number, at=at)
    if listed:
        command = {"id": "one", "step": "payment", "order": number, **body}
        answer = await api.post("/commands", {"commands": [command]})
        order = answer.json()["outcomes"][0]["order"]
    else:
        order = await api.step(number, "payment", **body)
    assert (order["status"], order["attention"]) == ("processing", ["contradiction"])
    assert order["payments"][0]["at"] == order["paid_at"] == "2026-11-22T11:05:00Z"
    other = await api.post(f"/orders/{number}/picking", {"at": at})
    assert (other.status_code, other.json()["expected"]) == (422, "2000..2199")


async def test_a_repeated_scan_is_no_fault_and_is_told_as_done_before(api: Api) -> None:
    order = await api.ready()

    answer = await api.post(f"/orders/{order['number']}/shelving", {}, "point")

    assert answer.status_code == 200
    assert answer.headers["gotovo-outcome"] == "already_done"
    assert answer.json()["version"] == order["version"]


async def test_part_of_an_order_is_refused_at_the_desk_and_refunded(api: Api) -> None:
    number = (await api.ready())["number"]

    order = await api.step(
        number, "handover", "point", code=api.code(number), refused=[{"line": 1, "quantity": 1}]
    )

    assert order["outcome"] == "issued"
    assert (order["lines"][0]["issued"], order["lines"][0]["refused"]) == (1, 1)
    assert order["refunded"]["amount"] == TOTAL // 2
    assert order["parcels"][1]["back"] is True


async def test_five_wrong_codes_use_the_code_up(api: Api) -> None:
    number = (await api.ready())["number"]
    wrong = {"code": "000000" if api.code(number) != "000000" else "000001"}

    answers = [
        (await api.post(f"/orders/{number}/handover", wrong, "point")).json() for _ in range(5)
    ]
    old = (await api.post(f"/orders/{number}/handover", {"code": api.code(number)}, "point")).json()

    assert [a["code"] for a in answers] == ["wrong_code"] * 4 + ["too_many_attempts"]
    assert answers[0]["detail"].endswith("Attempts left: 4.")
    assert old["code"] == "code_revoked"
    await api.step(number, "handover", "point", code=api.code(number, counter=2))


def _codes_of(function: Any) -> set[Code]:
    """Return every code that a function names, itself or through what it calls in the steps."""
    found: set[Code] = set()
    seen: set[tuple[str, str]] = set()
    todo = [(inspect.getmodule(function), function.__name__)]
    while todo:
        module, name = todo.pop()
        if module is None or (module.__name__, name) in seen:
            continue
        seen.add((module.__name__, name))
        calls, codes = _BODIES[module.__name__][name]
        found |= codes
        for called in calls:
            target = getattr(module, called, None)
            home = inspect.getmodule(target) if callable(target) else None
            if home is not None and home.__name__.startswith(_RULES):
                todo.append((home, called))
    return found


def _read(module: ModuleType) -> dict[str, tuple[set[str], set[Code]]]:
    """Return, for each function of a module, the names it mentions and the codes it names."""
    read: dict[str, tuple[set[str], set[Code]]] = defaultdict(lambda: (set(), set()))
    for node in ast.parse(inspect.getsource(module)).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        attributes = [n for n in ast.walk(node) if isinstance(n, ast.Attribute)]
        codes = {
            Code[n.attr]
            for n in attributes
            if isinstance(n.value, ast.Name) and n.value.id == "Code"
        }
        read[node.name] = (names, codes)
    return read


class _Bodies(dict[str, dict[str, tuple[set[str], set[Code]]]]):
    """The modules of the steps, read when first asked for."""

    def __missing__(self, name: str) -> dict[str, tuple[set[str], set[Code]]]:
        self[name] = _read(__import__(name, fromlist=["_"]))
        return self[name]


_BODIES = _Bodies()


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("promise", {"promised_for": "2027-11-26", "reason": "snow"}, "promised_for"),
        ("promise", {"promised_for": "2026-11-26", "reason": ""}, "reason"),
        (
            "promise",
            {
                "promised_for": "2026-11-26",
                "promised_until": "2027-11-26T17:00:00Z",
                "reason": "snow",
            },
            "promised_until",
        ),
        ("refund-completion", {"refund": ""}, "refund"),
    ],
)
async def test_a_value_that_makes_no_sense_is_named(
    api: Api, step: str, body: dict[str, Any], field: str
) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))

    body = {"promised_until": None} | body if step == "promise" else body
    answer = await api.post(f"/orders/{number}/{step}", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_who_prefers_a_minimal_response_gets_number_and_version(api: Api) -> None:
    order = await api.place()
    path, body = f"/orders/{order['number']}/payment", captured(order["number"])
    first = await api.post(path, body, key="pay", Prefer="return=minimal")
    again = await api.post(path, body, key="pay", Prefer="return=minimal")
    whole = await api.post(path, body, key="pay")
    assert first.headers["preference-applied"] == "return=minimal"
    assert first.headers["gotovo-outcome"] == "done"
    assert first.json() == {"number": order["number"], "version": 2}
    assert again.content == first.content
    assert whole.json()["stage"] == "paid"
    assert "preference-applied" not in whole.headers
    refused = await api.post(
        f"/orders/{order['number']}/shelving", {"cell": "A1"}, Prefer="return=minimal"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "stage_forbids")


async def test_a_placement_told_minimally_names_the_order(api: Api) -> None:
    whole = await api.post("/orders", PLACE, "storefront", key="one")
    brief = await api.post("/orders", PLACE, "storefront", key="two", Prefer="return=minimal")
    assert (whole.status_code, brief.status_code) == (201, 201)
    assert brief.json().keys() == {"number", "version"}
    assert (await api.get(f"/orders/{brief.json()['number']}")).json()["version"] == 1


async def test_a_refund_that_failed_takes_another_way_and_shows_it(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    order = await api.step(number, "cancellation", reason="seller_request")
    refund = order["refunds"][0]["id"]
    order = await api.step(number, "refund-failure", refund=refund, reason="card_closed")
    shown = order["refunds"][0]
    assert (shown["state"], shown["failure"]) == ("failed", "card_closed")
    assert "paid_back" not in shown
    assert shown["failed_at"] is not None
    order = await api.step(number, "refund-reroute", refund=refund, route="bank_transfer")
    assert (order["refunds"][0]["state"], order["refunds"][0]["route"]) == (
        "rerouted",
        "bank_transfer",
    )
    order = await api.step(number, "refund-completion", refund=refund, provider_id="17")
    assert (order["refunds"][0]["state"], order["attention"]) == ("completed", [])
