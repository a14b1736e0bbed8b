"""Totality: whatever is asked of whatever order by whomever, `decide` answers and never raises.

Commands come as the edge would hand them on: of the right types, with any values.
"""

import os
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct, structs

from gotovo.order.decide import EARLIEST, decide
from gotovo.order.facts import Decision, Facts
from gotovo.order.lifecycle import TABLE, Row
from gotovo.order.replay import Recorded, record, replay
from gotovo.order.steps.packing import Box
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.storage_recalculation import RecalculationReason
from gotovo.order.stock_movements import movements
from gotovo.order.values.handover.declined_units import DeclinedUnits, ReturnDecline
from gotovo.order.values.handover.proofs import NoCodeReason, WithoutCode
from gotovo.order.values.invariants import broken
from gotovo.order.values.money import Money
from gotovo.order.values.order import (
    Condition,
    Courier,
    Delivery,
    Order,
    Pickup,
    ReceivedUnits,
    Stage,
    Units,
)
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.order.values.texts.order_text import FreeText
from tests.support.order import stories
from tests.support.order.cast import EVERYBODY, Play

EXAMPLES = 2_000 if os.environ.get("GOTOVO_TEST_FULL") == "1" else 40

KNOWN_TEXT = ["", "KZN-1", "KZN-2", "KZN-9", "KZN", "tea", "first", "RUB", "200785804776-R1"]
BARCODES = [f"200785804776{n:02d}" for n in range(1, 4)]
INTEGERS = st.one_of(st.integers(-2, 4), st.just(1350), st.integers(-(2**63), 2**63 - 1))
TEXT = st.one_of(st.sampled_from(KNOWN_TEXT), st.sampled_from(BARCODES), st.text(max_size=20))
INSTANTS = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001  (hypothesis adds the zone)
    datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC]),
)
UNITS = st.builds(Units, INTEGERS, INTEGERS)
LINES = st.builds(NewLine, TEXT, TEXT, INTEGERS, INTEGERS, TEXT)
RECEIVED = st.builds(ReceivedUnits, INTEGERS, INTEGERS, st.sampled_from(Condition))
CHARGES = st.builds(Charge, st.sampled_from(ChargeKind), TEXT, INTEGERS)
DELIVERIES = st.one_of(st.builds(Pickup, TEXT), st.just(Courier()))


def _tuples(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=4).map(tuple)


DECLINED = st.builds(DeclinedUnits, INTEGERS, INTEGERS, st.sampled_from(ReturnDecline))
WITHOUT_CODE = st.builds(WithoutCode, st.sampled_from(NoCodeReason), TEXT)

OF_TYPE: dict[object, st.SearchStrategy[Any]] = {
    tuple[Units, ...]: _tuples(UNITS),
    WithoutCode | None: st.none() | WITHOUT_CODE,
    tuple[Box, ...]: _tuples(st.builds(Box, _tuples(UNITS))),
    tuple[NewLine, ...]: _tuples(LINES),
    tuple[ReceivedUnits, ...]: _tuples(RECEIVED),
    tuple[Charge, ...]: _tuples(CHARGES),
    tuple[DeclinedUnits, ...]: _tuples(DECLINED),
    tuple[str, ...]: _tuples(TEXT),
    Delivery: DELIVERIES,
    RecalculationReason | None: st.none() | st.sampled_from(RecalculationReason),
    Money: st.builds(Money, INTEGERS, st.sampled_from(("RUB", "USD", "?"))),
    str: TEXT,
    FreeText: TEXT,
    int: INTEGERS,
    bool: st.booleans(),
    date: st.dates(),
    datetime: INSTANTS,
}


@cache
def _commands(row: Row) -> st.SearchStrategy[Struct]:
    fields = {field.name: _of(field.type) for field in structs.fields(row.command)}
    return st.builds(row.command, **fields)


def _of(type_: Any) -> st.SearchStrategy[Any]:
    if type_ in OF_TYPE:
        return OF_TYPE[type_]
    if get_origin(type_) is Annotated:
        return _of(get_args(type_)[0])
    if NoneType in get_args(type_):
        return st.none() | st.one_of([_of(x) for x in get_args(type_) if x is not NoneType])
    assert isinstance(type_, type), f"{type_} needs a strategy"
    assert issubclass(type_, Enum), f"{type_} needs a strategy"
    return st.sampled_from(type_)


@cache
def _story(stage: Stage) -> Play:
    return stories.AT[stage]()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_step_at_every_stage_by_every_role_gets_an_answer(
    row: Row, data: st.DataObject
) -> None:
    play = _story(data.draw(st.sampled_from(list(Stage))))
    command = data.draw(_commands(row))
    actor = data.draw(st.sampled_from(EVERYBODY))
    at = data.draw(st.one_of(st.just(play.now), st.just(EARLIEST), INSTANTS))
    order = None if row.step == "placement" else play.order
    facts = Facts(play.world, actor, "c", at, max(at, play.now), client_time=True)
    decision = decide(order, command, facts)
    if decision.refusal is not None:
        assert msgspec.json.encode(decision.refusal)
    _keeps_its_laws(play, order, decision, at)


def _keeps_its_laws(play: Play, order: Order | None, decision: Decision, at: datetime) -> None:
    """What was decided can be recorded, read again and lived with."""
    history: list[Recorded] = [] if order is None else list(play.history)
    for event in decision.events:
        if order is not None:
            movements(order, event)
        recorded, order = record(order, event, play.number, at, at, "a:b", "c")
        history.append(recorded)
    if order is not None:
        assert broken(order) == ()
        assert replay(history) == order


@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_command_means_the_same_after_a_way_through_json(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(TABLE))
    command = data.draw(_commands(row))
    assert msgspec.json.decode(msgspec.json.encode(command), type=row.command) == command


def test_an_instant_without_a_zone_is_no_command() -> None:
    body = b'{"step":"redirection","delivery":{"method":"pickup","point":"KZN-1"}}'
    assert isinstance(msgspec.json.decode(body, type=Redirect), Redirect)
    slot = next(row.command for row in TABLE if row.step == "slot")
    naive = b'{"step":"slot","begins_at":"2026-11-23T09:00:00","ends_at":"2026-11-23T10:00:00"}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(naive, type=slot)
