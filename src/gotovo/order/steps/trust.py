"""Trust: a second, single-use code for somebody the buyer sends, and a new code when asked."""

from datetime import datetime

from msgspec import structs

from gotovo.order.checks.code_check import CodeChanged
from gotovo.order.facts import ALREADY_DONE, Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class NameTrusted(Value, frozen=True, tag="trusted-person", tag_field="step"):
    """Make a code for a trusted person; naming again replaces the one before."""


class RevokeTrusted(Value, frozen=True, tag="trusted-person-revocation", tag_field="step"):
    """Kill the trusted person's code."""


class RenewCode(Value, frozen=True, tag="code-renewal", tag_field="step"):
    """Replace the buyer's own code, because it was seen or used up."""


class TrustedNamed(Value, frozen=True, tag="order.trusted_named", tag_field="type"):
    """Somebody else may collect with the trusted code of this counter."""

    counter: int


class TrustedRevoked(Value, frozen=True, tag="order.trusted_revoked", tag_field="type"):
    """The trusted code of this counter is dead."""

    counter: int


def name_trusted(order: Order, _command: NameTrusted, _facts: Facts) -> Decision:
    """Move to a code that was never used."""
    return accept(TrustedNamed(order.codes.trusted + 1))


def revoke_trusted(order: Order, _command: RevokeTrusted, _facts: Facts) -> Decision:
    """Revoke the code if there is one alive."""
    if order.codes.trusted == order.codes.trusted_used:
        return ALREADY_DONE
    return accept(TrustedRevoked(order.codes.trusted))


def renew_code(_order: Order, _command: RenewCode, _facts: Facts) -> Decision:
    """Move the counter on."""
    return accept(CodeChanged(asked=True))


def trusted_named(order: Order, event: TrustedNamed, _at: datetime) -> Order:
    """Let the new code live and the one before die."""
    codes = structs.replace(order.codes, trusted=event.counter, trusted_used=event.counter - 1)
    return structs.replace(order, codes=codes)


def trusted_revoked(order: Order, event: TrustedRevoked, _at: datetime) -> Order:
    """Count the code as used."""
    codes = structs.replace(order.codes, trusted_used=event.counter)
    return structs.replace(order, codes=codes)
