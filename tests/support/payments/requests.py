"""What is asked of providers in tests."""

from typing import Any

from msgspec import structs

from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, total
from gotovo.payments.providers.port import AttemptName, PaymentMethod, PaymentRequest

BASKET: PaymentRequest = PaymentRequest(
    attempt=AttemptName("457896934425", 1),
    amount=Money(1_234_50, "RUB"),
    method=PaymentMethod.CARD,
    description="Заказ 4578 9693 4425",
    return_url="https://shop.example/orders/457896934425/payment?attempt=1",
    shop="main",
    language="ru",
)
"""A basket of 1,234.50 ₽, the first attempt."""


def basket(**changes: Any) -> PaymentRequest:
    """Return the request for the basket, changed."""
    return structs.replace(BASKET, **changes)


def payment_request(order: Order, attempt: int = 1) -> PaymentRequest:
    """Return the request for a whole order."""
    return basket(
        attempt=AttemptName(order.number, attempt),
        amount=Money(total(order), order.currency),
        description=f"№ {order.number}",
        return_url=f"/orders/{order.number}",
    )
