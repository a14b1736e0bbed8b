"""Refund watcher: a hint that something became of a refund; its provider is asked what."""

from collections.abc import Mapping

from gotovo.payments.providers.port import PaymentProvider, ProviderRefund
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.payments.refunds.refund_sender import RefundSender
from gotovo.store.tables.payments.refund_transfers import RefundTransfer, RefundTransfers


class RefundWatcher:
    """Looks refunds up that a notification or a provider's list names."""

    def __init__(
        self,
        transfers: RefundTransfers,
        sender: RefundSender,
        outcomes: RefundOutcomes,
        providers: Mapping[str, PaymentProvider],
    ) -> None:
        """`providers` are those that are open, by name."""
        self._transfers = transfers
        self._sender = sender
        self._outcomes = outcomes
        self._providers = providers

    async def check(self, provider_name: str, refund_id: str) -> None:
        """Look a refund up and take what the provider says; raise ProviderError.

        One that nobody here has asked for becomes a case: money went back that an order counts on.
        """
        refund = await self._providers[provider_name].refund_of(refund_id)
        transfer = await self._transfers.of_provider(provider_name, refund.refund_id)
        if transfer is None:
            transfer = await self._by_key(provider_name, refund)
        if transfer is not None:
            await self._sender.take(transfer, refund)
            return
        proofs = {
            "provider": provider_name,
            "provider_id": refund.refund_id,
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "state": refund.state,
        }
        await self._outcomes.conflict(f"{provider_name}:{refund.refund_id}", None, proofs)

    async def _by_key(self, provider_name: str, refund: ProviderRefund) -> RefundTransfer | None:
        """Return the transfer whose answer was lost, or has not come yet; its key names it."""
        transfer = await self._transfers.of_key(refund.key)
        if transfer is None or transfer.provider != provider_name:
            return None
        return transfer if transfer.payment_id == refund.payment_id else None
