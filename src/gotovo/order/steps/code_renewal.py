"""Code renewal: the buyer replaces a pick-up code that was seen or used up (rule 4.3)."""

from gotovo.order.checks.code_check import CodeChanged
from gotovo.order.facts import Decision, Facts, accept
from gotovo.order.values.order import Order
from gotovo.value import Value


class RenewCode(Value, frozen=True, tag="code-renewal", tag_field="step"):
    """Replace the buyer's code; the old one is revoked."""


def renew_code(_order: Order, _command: RenewCode, facts: Facts) -> Decision:
    """Issue the next code."""
    return accept(CodeChanged(asked=True, key=facts.world.code_keys.version))
