"""Rating: the buyer may rate a hand-over once it has happened, and change the rating for a week."""

from datetime import datetime, timedelta

from gotovo.order.values.order import Order

RATING_PERIOD = timedelta(days=7)
"""How long a rating may be changed, while people still remember the hand-over."""


def can_be_rated(order: Order) -> bool:
    """Return whether the order was handed over; a correction takes that back."""
    return order.issued_version > 0 and order.outcome is not None


def rating_changes_until(rated_at: datetime) -> datetime:
    """Return until when a rating may be changed."""
    return rated_at + RATING_PERIOD


def oldest_changeable(now: datetime) -> datetime:
    """Return the instant after which a rating must have been given to be changed now."""
    return now - RATING_PERIOD
