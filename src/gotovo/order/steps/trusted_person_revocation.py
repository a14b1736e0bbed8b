"""Revocation: the trusted person's code is dead from now on (rule 4.3)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class RevokeTrusted(Value, frozen=True, tag="trusted-person-revocation", tag_field="step"):
    """Kill the trusted person's code."""


class TrustedRevoked(Value, frozen=True, tag="order.trusted_revoked", tag_field="type"):
    """The trusted code of this counter is dead."""

    counter: int


def revoke_trusted(order: Order, _command: RevokeTrusted, _facts: Facts) -> Decision:
    """Revoke the code if there is one alive."""
    if order.codes.trusted == order.codes.trusted_used:
        return ALREADY_DONE
    return accept(TrustedRevoked(order.codes.trusted))


def trusted_revoked(order: Order, event: TrustedRevoked, _at: datetime) -> Order:
    """Count the code as used."""
    codes = structs.replace(order.codes, trusted_used=event.counter)
    return structs.replace(order, codes=codes)
