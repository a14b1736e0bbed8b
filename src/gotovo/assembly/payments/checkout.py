"""How buyers begin to pay, put together for a process: the checkout, and links to it."""

from gotovo.access.buyer_requests.pay_links import PayLinks
from gotovo.assembly.payments.intake import payment_intake
from gotovo.assembly.runtime import Runtime
from gotovo.payments.checkout import Checkout
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts


def checkout_of(runtime: Runtime) -> Checkout:
    """Return what begins payments at the open providers."""
    return Checkout(
        runtime.providers,
        PaymentAttempts(runtime.pool),
        lookup=payment_intake(runtime),
        rate_limits=RateLimitStore(runtime.pool),
        limits_key=lambda: runtime.keyring().limits.key,
        clock=runtime.clock,
    )


def pay_links_of(runtime: Runtime) -> PayLinks:
    """Return the links to the payment of an order; there are none without a provider."""
    return PayLinks(
        runtime.settings.public_url,
        lambda: runtime.keyring().tokens.key,
        lambda currency: runtime.providers.for_currency(currency) is not None,
    )
