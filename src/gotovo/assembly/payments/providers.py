"""The payment providers that the settings open, for a process as long as it runs."""

from collections.abc import Mapping

from msgspec import Struct

from gotovo.payments.providers.port import PaymentProvider


class OpenProviders(Struct, frozen=True):
    """The providers of a process by name; new payments go to the first that takes the currency."""

    by_name: Mapping[str, PaymentProvider] = {}

    def for_currency(self, currency: str) -> PaymentProvider | None:
        """Return the provider that new payments in a currency go to."""
        takers = (each for each in self.by_name.values() if each.methods(currency))
        return next(takers, None)
