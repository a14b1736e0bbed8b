"""A payment is one by its provider and the provider's id."""

from gotovo.order.values.money import Money
from gotovo.order.values.payments.payment import Payment, PaymentId
from tests.support.order.cast import NOON

PAID = Payment("demo", "p-1", 100, "RUB", NOON)


def test_a_payment_is_known_by_provider_and_id_together() -> None:
    """Rule 4.8."""
    assert PAID.is_named(PaymentId("demo", "p-1"))
    assert not PAID.is_named(PaymentId("demo", "p-2"))
    assert not PAID.is_named(PaymentId("other", "p-1"))
    assert PAID.money == Money(100, "RUB")


def test_one_recorded_without_its_provider_is_known_by_the_id() -> None:
    old = Payment("", "p-1", 100, "RUB", NOON)
    assert old.is_named(PaymentId("demo", "p-1"))
    assert not old.is_named(PaymentId("demo", "p-2"))
