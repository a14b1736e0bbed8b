"""Revocation: the trusted person's code is no longer valid (rule 4.3)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class RevokeTrusted(Value, frozen=True, tag="trusted-person-revocation", tag_field="step"):
    """Revoke the trusted person's code."""


class TrustedRevoked(Value, frozen=True, tag="order.trusted_revoked", tag_field="type"):
    """The trusted code of this counter was revoked."""

    counter: int


def may_revoke_trusted(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Answer "already done" while no trusted person has a valid code."""
    return ALREADY_DONE if order.codes.trusted == order.codes.trusted_used else None


def revoke_trusted(order: Order, _command: RevokeTrusted, facts: Facts) -> Decision:
    """Revoke the code that is valid."""
    done = may_revoke_trusted(order, facts.circumstances)
    if done:
        return done
    return accept(TrustedRevoked(order.codes.trusted))


def revoked_before(order: Order, _command: RevokeTrusted, _facts: Facts) -> bool:
    """Return whether a trusted code was named and is valid no more, also of a closed order."""
    return 0 < order.codes.trusted == order.codes.trusted_used


def trusted_revoked(order: Order, event: TrustedRevoked, _at: datetime) -> Order:
    """Count the code as used."""
    codes = structs.replace(order.codes, trusted_used=event.counter)
    return structs.replace(order, codes=codes)
