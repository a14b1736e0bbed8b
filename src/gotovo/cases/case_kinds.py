"""The kinds of cases: what each is about, who decides it, how soon, and what can be decided.

A kind is added here, with its words in `words/cases`. If one of its decisions does something,
`casework/effects.py` says what.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct


class CaseKind(StrEnum):
    """What a person has to decide."""

    UNMATCHED_PAYMENT = "unmatched_payment"  # money that belongs to no order
    PAYMENT_CONFLICT = "payment_conflict"  # another sum, currency or order than was asked for
    REFUND_FAILED = "refund_failed"  # the provider can't pay it back: another way is needed
    REFUND_CONFLICT = "refund_conflict"  # money went back that no order has refunded
    RECEIPT_FAILED = "receipt_failed"  # a receipt that the cash register refuses for good
    RECONCILIATION = "reconciliation"  # our books and the provider's differ
    HELD_MONEY = "held_money"  # an order holds money that none of its rules can apply
    CONTRADICTION = "contradiction"  # the times given for an order can't all be true
    DISPUTE = "dispute"  # somebody objects to how an order stands
    DAMAGE = "damage"  # goods were damaged or lost on the way
    SHORTAGE = "shortage"  # a parcel that a manifest lists, and that did not come with it
    SURPLUS = "surplus"  # a parcel that came with a van whose manifest does not list it
    PUT_ASIDE = "put_aside"  # an item at a point that belongs elsewhere, or that nobody knows


class CaseDecision(StrEnum):
    """What a person can decide."""

    ASSIGN_TO_ORDER = "assign_to_order"  # the money pays for the order that is named
    REFUND = "refund"  # the money goes back where it came from
    REROUTE_REFUND = "reroute_refund"  # the refund is paid by another route
    RETRY = "retry"  # what failed is tried again
    ACCEPT = "accept"  # it was looked into, and stays as it is


CLEARED: Final = "cleared"
"""The resolution of a case whose order lost its flag by a step, without a decision here."""

SETTLED: Final = "settled"
"""The resolution of a case that resolved itself: what was missing has turned up."""


class CaseDecider(StrEnum):
    """Whose people decide a kind; each is the office, of a shop or of the network."""

    SHOP = "shop"  # the people of the shop that the case belongs to, or those of the network
    NETWORK = "network"  # those of the network alone: the money may be another shop's


class CaseRule(Struct, frozen=True):
    """How a kind is handled."""

    within: timedelta
    """Time until somebody should have decided, nights and holidays included: it is counted in days,
    and a case without an order is in no time zone."""

    decided_by: CaseDecider
    decisions: tuple[CaseDecision, ...]
    """What can be decided, the usual one first."""


_DAY: Final = timedelta(days=1)
_SHOP: Final = CaseDecider.SHOP
_NETWORK: Final = CaseDecider.NETWORK
_ACCEPT: Final = CaseDecision.ACCEPT
_MONEY: Final = (CaseDecision.ASSIGN_TO_ORDER, CaseDecision.REFUND, _ACCEPT)
_REFUND: Final = (CaseDecision.REROUTE_REFUND, CaseDecision.RETRY, _ACCEPT)

CASE_RULES: Final = {
    CaseKind.UNMATCHED_PAYMENT: CaseRule(_DAY, _NETWORK, _MONEY),
    CaseKind.PAYMENT_CONFLICT: CaseRule(_DAY, _NETWORK, _MONEY),
    CaseKind.REFUND_FAILED: CaseRule(_DAY, _SHOP, _REFUND),
    CaseKind.REFUND_CONFLICT: CaseRule(_DAY, _NETWORK, (_ACCEPT,)),
    CaseKind.RECEIPT_FAILED: CaseRule(_DAY, _SHOP, (CaseDecision.RETRY, _ACCEPT)),
    CaseKind.RECONCILIATION: CaseRule(3 * _DAY, _NETWORK, (_ACCEPT,)),
    CaseKind.HELD_MONEY: CaseRule(_DAY, _SHOP, (CaseDecision.REFUND, _ACCEPT)),
    CaseKind.CONTRADICTION: CaseRule(3 * _DAY, _SHOP, (_ACCEPT,)),
    CaseKind.DISPUTE: CaseRule(3 * _DAY, _SHOP, (_ACCEPT,)),
    CaseKind.DAMAGE: CaseRule(3 * _DAY, _SHOP, (_ACCEPT,)),
    CaseKind.SHORTAGE: CaseRule(_DAY, _NETWORK, (_ACCEPT,)),
    CaseKind.SURPLUS: CaseRule(3 * _DAY, _NETWORK, (_ACCEPT,)),
    CaseKind.PUT_ASIDE: CaseRule(3 * _DAY, _NETWORK, (_ACCEPT,)),
}
"""The rule of every kind."""
