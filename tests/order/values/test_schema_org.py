"""The schema.org term of each status and of each outcome (product.md, section 2)."""

from collections.abc import Callable

import pytest

from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.schema_org import SCHEMA_ORG, schema_org_status
from tests.support.order import stories
from tests.support.order.cast import Play

TERMS: dict[str, Callable[[], Play]] = {
    "OrderPaymentDue": stories.placed,
    "OrderProcessing": stories.dispatched,
    "OrderPickupAvailable": stories.shelved,
    "OrderDelivered": stories.issued,
    "OrderCancelled": stories.expired,
    "OrderReturned": lambda: stories.issued().do(AcceptReturn()),
}


@pytest.mark.parametrize("term", TERMS)
def test_an_order_has_the_term_of_its_status_or_outcome(term: str) -> None:
    """Rules 2.1, 2.2, 2.3 and 2.4."""
    assert schema_org_status(TERMS[term]().order) == term


def test_every_term_is_one_of_these() -> None:
    assert set(SCHEMA_ORG.values()) == set(TERMS)
