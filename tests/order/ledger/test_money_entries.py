"""The ledger comes to the balance of each order, whatever happens to the order."""

from collections import Counter
from collections.abc import Sequence

import pytest

from gotovo.order.ledger.money_entries import MAY_MOVE, MoneyEntry, money_entries
from gotovo.order.replay import Recorded, apply, decode
from gotovo.order.values.money import Balance
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import held_balances
from gotovo.order.values.settlement.balance import balance
from tests.support.order.walk import Walk

WALKS = 12
STEPS = 300


def balances(order: Order) -> dict[str, Balance]:
    return {order.currency: balance(order), **held_balances(order)}


def sums(entries: Sequence[MoneyEntry]) -> dict[str, Counter[str]]:
    """Add entries up, by currency."""
    found: dict[str, Counter[str]] = {}
    for each in entries:
        own = found.setdefault(each.currency, Counter())
        for name in ("captured", "issued", "refunded", "owed", "paid_back"):
            own[name] += getattr(each, name)
    return found


def histories() -> list[tuple[Order, list[Recorded]]]:
    found: list[tuple[Order, list[Recorded]]] = []
    for seed in range(WALKS):
        walk = Walk(seed)
        seen: dict[str, tuple[Order, list[Recorded]]] = {}
        walk.open()
        while walk.steps < STEPS:
            walk.go_on(walk.chance.randrange(len(walk.pairs)))
            for play, _ in walk.pairs:
                assert play.state is not None
                seen[play.number] = (play.state, list(play.history))
        found += seen.values()
    return found


def test_the_entries_of_an_order_come_to_its_balance() -> None:
    types: Counter[str] = Counter()
    for order, history in histories():
        entries = money_entries(history)
        types.update(history[each.version - 1].type for each in entries)
        added = sums(entries)
        for currency, expected in balances(order).items():
            own = added.get(currency, Counter())
            assert (own["captured"], own["issued"]) == (expected.captured, expected.issued)
            assert (own["refunded"], own["owed"]) == (expected.refunded, expected.owed)
        for each in entries:
            assert each.captured == each.issued + each.refunded + each.owed
            assert bool(each.payment_id) == (each.captured != 0)
    assert {"order.paid", "order.issued", "refund.started", "order.returned"} <= set(types)


def test_no_other_event_moves_money() -> None:
    seen: set[str] = set()
    for _, history in histories():
        order: Order | None = None
        for recorded in history:
            event = decode(recorded.type, recorded.body)
            after = apply(order, event, recorded.at, recorded.version, recorded.hash)
            if order is not None and recorded.type not in MAY_MOVE:
                seen.add(recorded.type)
                assert balances(order) == balances(after), recorded.type
            order = after
    assert {"order.picking_started", "order.ready", "order.attention_raised"} <= seen


@pytest.mark.parametrize("part", ["captured", "issued", "refunded", "owed", "paid_back"])
def test_every_part_moves(part: str) -> None:
    entries = [each for _, history in histories() for each in money_entries(history)]
    assert any(getattr(each, part) > 0 for each in entries)
