"""The stored form of an order keeps its names, whatever the fields are called in the code."""

import msgspec

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.values.order import Order
from tests.support.order import stories
from tests.support.order.cast import CHARGES, TIMER, Play, basket


def stored(play: Play) -> dict[str, object]:
    return msgspec.json.decode(msgspec.json.encode(play.order), type=dict[str, object])


def test_the_last_hash_is_stored_as_the_head_of_the_chain() -> None:
    play = stories.placed()
    assert stored(play)["head"] == msgspec.to_builtins(play.order.last_hash)
    assert "last_hash" not in stored(play)


def test_an_imported_order_is_stored_as_carried_over_and_others_store_nothing() -> None:
    play = Play().do(basket(imported=True)).do(stories.pay())
    assert stored(play)["carried_over"] is True
    assert "imported" not in stored(play)
    assert "carried_over" not in stored(stories.placed())


def test_a_promise_that_was_flagged_late_is_stored_as_told_late() -> None:
    promise = stored(stories.paid().wait(days=3).do(MarkLate(), TIMER))["promise"]
    assert isinstance(promise, dict)
    assert promise["told_late"] is True


def test_what_is_stored_is_read_back() -> None:
    order = stories.paid().wait(days=3).do(MarkLate(), TIMER).order
    assert msgspec.json.decode(msgspec.json.encode(order), type=Order) == order


def test_an_order_without_charges_is_stored_as_it_was_before_there_were_any() -> None:
    assert {"charges", "fee_kept"}.isdisjoint(stored(stories.shelved().do(Cancel())))
    charged = Play().do(basket(charges=CHARGES))
    assert stored(charged)["charges"] == [
        {"kind": "delivery_fee", "title": "Доставка", "amount": 199},
        {"kind": "discount", "title": "Скидка", "amount": -100},
    ]
    assert msgspec.json.decode(msgspec.json.encode(charged.order), type=Order) == charged.order
