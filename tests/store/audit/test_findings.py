"""Each rule of the audit names what differs in one order, and nothing else."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec import structs

from gotovo.order.replay import Recorded, decode, replay
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.redirection import Redirect
from gotovo.order.stock_movements import movements
from gotovo.order.values.chain import GENESIS, header_of, link
from gotovo.order.values.customer import Contact, contact_digest
from gotovo.order.values.number import draw, home_of
from gotovo.order.values.order import Courier
from gotovo.store.audit.findings import (
    Finding,
    broken_invariants,
    column_findings,
    contact_digest_of,
    contact_findings,
    number_findings,
    recompute,
    state_findings,
)
from tests.support.order import stories
from tests.support.order.cast import BASKET_COST, SECRET, Play, basket
from tests.support.order.first_version import StoredBefore, first_version_orders

CONTACT = Contact("+79001234567", "Анна", address="Казань, Лесная, 7")
DIGEST = contact_digest(SECRET, CONTACT)


@pytest.fixture
def play() -> Play:
    """Give an order that is placed and paid: two events."""
    play = Play()
    return play.do(basket()).do(stories.pay())


def rows(play: Play) -> list[dict[str, Any]]:
    """Return the history as rows of `event`."""
    return [_row(each) for each in play.history]


def _row(x: Recorded) -> dict[str, Any]:
    columns = structs.asdict(x)
    return columns | {
        "home": home_of(x.number),
        "command_id": UUID(x.command_id),
        "body": x.body.decode(),
    }


def relinked(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events with right hashes: changed by somebody who knows how they are made."""
    linked: list[dict[str, Any]] = []
    previous = GENESIS
    for x in events:
        header = header_of(
            x["number"], x["version"], x["at"], x["recorded_at"], x["actor"], str(x["command_id"])
        )
        previous = link(previous, header, x["body"].encode())
        linked.append(x | {"hash": previous})
    return linked


def places(play: Play, events: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return where a history of this order is found to differ."""
    found = recompute(play.number, home_of(play.number), events).findings
    return [(each.where, each.key.removeprefix(f"{play.number}/")) for each in found]


def test_a_sound_history_makes_the_order_and_its_stock_movements(play: Play) -> None:
    """Rule 4.14."""
    placed = recompute(play.number, home_of(play.number), rows(play)[:1])
    whole = recompute(play.number, home_of(play.number), rows(play))
    assert placed.order is not None
    assert (placed.moved, placed.findings) == ((), ())
    assert (whole.order, whole.findings) == (play.order, ())
    paid = play.history[1]
    assert whole.moved == movements(placed.order, decode(paid.type, paid.body)) != ()


CHANGES: dict[str, dict[str, Any]] = {
    "event.version": {"version": 7},
    "event.home": {"home": 11},
    "event.type": {"type": "order.packed"},
    "event.hash": {"actor": "admin:somebody-else"},
}


@pytest.mark.parametrize("where", CHANGES)
def test_what_does_not_fit_an_event_is_named_by_its_column(play: Play, where: str) -> None:
    """Rule 4.14."""
    placed, paid = rows(play)
    changed = paid | CHANGES[where]
    events = [placed, changed] if where == "event.hash" else relinked([placed, changed])
    assert places(play, events)[0] == (where, "2")


def test_a_body_that_is_no_event_ends_the_replay_there(play: Play) -> None:
    placed, paid = rows(play)
    changed = relinked([placed, paid | {"body": '{"type":"order.paid","amount":"much"}'}])
    recomputed = recompute(play.number, home_of(play.number), changed)
    assert [each.where for each in recomputed.findings] == ["event.body"]
    assert recomputed.order is None


def test_a_body_without_a_type_is_named(play: Play) -> None:
    placed, paid = rows(play)
    changed = relinked([placed, paid | {"body": "[]"}])
    recomputed = recompute(play.number, home_of(play.number), changed)
    assert [each.where for each in recomputed.findings] == ["event.type", "event.body"]
    assert recomputed.findings[0].expected == "not an event"


def test_an_event_of_another_order_is_named() -> None:
    other = Play(number=draw(10, 4712))
    other.do(basket(number=other.number))
    events = relinked([_row(each) | {"number": draw(10, 4711)} for each in other.history])
    found = recompute(draw(10, 4711), 10, events).findings
    assert [(each.where, each.stored) for each in found] == [("event.number", other.number)]


def test_a_number_has_its_check_digit_and_lies_in_its_home() -> None:
    number = draw(10, 4711)
    mistyped = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert number_findings(number, 10) == ()
    (unknown,) = number_findings(mistyped, 10)
    assert (unknown.where, unknown.stored) == ("orders.number", mistyped)
    assert number_findings(number, 11) == (Finding("orders.home", number, "11", "10"),)


def test_a_law_that_an_order_breaks_is_named(play: Play) -> None:
    assert broken_invariants(play.order) == ()
    more = structs.replace(play.order, paid=BASKET_COST + 1)
    (found,) = broken_invariants(more)
    assert (found.where, found.key) == ("law", play.number)
    assert found.stored.startswith("money")


def test_only_columns_that_differ_are_named() -> None:
    stored = {"amount": 300, "state": "started", "note": "of nobody's concern"}
    assert column_findings("refund", "1", stored, {"amount": 300, "state": "completed"}) == (
        Finding("refund.state", "1", "started", "completed"),
    )


def test_the_last_digest_in_a_history_counts(play: Play) -> None:
    assert contact_digest_of(rows(play)) == "c" * 32
    play.do(Redirect(Courier()), address="Казань, Новая, 8")
    assert contact_digest_of(rows(play)) == contact_digest(SECRET, play.contact)
    assert contact_digest_of([]) is None


def contact_places(play: Play, text: str | None, digest: str = DIGEST) -> list[str]:
    """Return where an order with this contact is found to differ."""
    found = contact_findings(play.order, digest, {"contact": text}, [SECRET])
    return [each.where for each in found]


def test_a_contact_is_the_one_whose_digest_was_recorded(play: Play) -> None:
    text = msgspec.json.encode(CONTACT).decode()
    assert contact_places(play, text) == []
    assert contact_places(play, text.replace("4567", "4568")) == ["orders.contact"]
    assert contact_places(play, "[]") == ["orders.contact"]
    assert contact_places(play, None) == ["orders.contact"]


def test_an_order_placed_without_a_contact_has_none(play: Play) -> None:
    assert contact_places(play, None, digest="") == []


def test_an_erased_contact_has_to_be_gone(play: Play) -> None:
    play.do(Cancel()).do(EraseContact())
    assert contact_places(play, None) == []
    assert contact_places(play, msgspec.json.encode(CONTACT).decode()) == ["orders.contact"]


def attempted() -> StoredBefore:
    """Return an order with a failed attempt, whose reason the first version did not keep."""
    orders = first_version_orders()
    return next(
        x for x in orders if "attempt_reason" not in x.document and '"attempts"' in x.document
    )


def test_a_document_of_the_first_version_may_lack_a_field_that_came_later() -> None:
    before = attempted()
    order = replay(before.history)
    assert order.attempt_reason
    assert state_findings(order, before.document) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"attempts":1', '"attempts":2'),
        ('"attempts":1', '"attempts":1,"attempt_reason":"lost_the_way"'),
        ('"paid":', '"unpaid":'),
        ("{", "["),
    ],
)
def test_any_other_difference_of_such_a_document_is_a_finding(old: str, new: str) -> None:
    before = attempted()
    document = before.document.replace(old, new, 1)
    assert document != before.document
    (found,) = state_findings(replay(before.history), document)
    assert (found.where, found.stored) == ("orders.state", document)


def test_codes_that_never_changed_are_written_or_left_out() -> None:
    """Versions differ in it, and an order of either is what its events say."""
    order = stories.paid().order
    written = msgspec.json.encode(order).decode()
    assert '"codes":{},' in written
    assert state_findings(order, written) == ()
    assert state_findings(order, written.replace('"codes":{},', "")) == ()
    assert len(state_findings(order, written.replace('"codes":{}', '"codes":{"counter":2}'))) == 1
