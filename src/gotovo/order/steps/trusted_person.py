"""Trusted person: a second, single-use code for somebody the buyer sends (rule 4.3)."""

from datetime import datetime

from msgspec import structs

from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class NameTrusted(Value, frozen=True, tag="trusted-person", tag_field="step"):
    """Create a code for a trusted person; naming again replaces the one before."""


class TrustedNamed(
    Value, frozen=True, tag="order.trusted_named", tag_field="type", omit_defaults=True
):
    """Somebody else may collect with the trusted code of this counter, made under this secret."""

    counter: int
    key: int = 1


def name_trusted(order: Order, _command: NameTrusted, facts: Facts) -> Decision:
    """Issue a code that was never used."""
    return accept(TrustedNamed(order.codes.trusted + 1, facts.world.code_keys.version))


def trusted_named(order: Order, event: TrustedNamed, _at: datetime) -> Order:
    """Make the new code valid and revoke the one before."""
    codes = structs.replace(
        order.codes,
        trusted=event.counter,
        trusted_used=event.counter - 1,
        trusted_key=event.key,
    )
    return structs.replace(order, codes=codes)
