"""Refund outcomes: what providers answered is told to the order, and a case opened for a failure.

Each report has a command id made from the transfer's key, so that a report repeated after a crash
changes nothing, whatever has become of the refund meanwhile.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from gotovo.cases.case import CaseOpener, NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.cases.proofs import Proof, Proofs
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult, Submitter
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order
from gotovo.order.values.payments.refund import Refund, RefundFailureReason
from gotovo.store.tables.payments.refund_transfers import (
    RefundTransfer,
    RefundTransfers,
    TransferState,
)

SENDER: Final = Actor(Role.SYSTEM, "refunds")
"""Who tells an order of its refunds."""

_COMMANDS: Final = UUID("7be0d4f6-52ec-5b0d-9d53-2f3a6f9f5c11")
"""The namespace of the ids of reports."""

_REASONS: Final[Mapping[str, RefundFailureReason]] = {
    "lost_or_stolen_card": RefundFailureReason.CARD_CLOSED,
    "expired_or_canceled_card": RefundFailureReason.CARD_CLOSED,
    "yoo_money_account_closed": RefundFailureReason.CARD_CLOSED,
    "payment_expired": RefundFailureReason.EXPIRED,
    "charge_expired_for_refund": RefundFailureReason.EXPIRED,
    "declined": RefundFailureReason.DECLINED,
    "general_decline": RefundFailureReason.DECLINED,
    "rejected_by_payee": RefundFailureReason.DECLINED,
    "insufficient_funds": RefundFailureReason.NO_FUNDS,
    "balance_insufficient": RefundFailureReason.NO_FUNDS,
}
"""What providers call the reasons that an order knows; all other words mean `unknown`."""


class RefundOutcomes:
    """Tells orders what became of their refunds."""

    def __init__(
        self,
        transfers: RefundTransfers,
        engine: Submitter,
        cases: CaseOpener,
        clock: Callable[[], datetime],
    ) -> None:
        """Use the engine for orders, and open cases for what a person has to decide."""
        self._transfers = transfers
        self._engine = engine
        self._cases = cases
        self._clock = clock

    async def tell(self, transfer: RefundTransfer) -> None:
        """Tell what came of a transfer that has ended, once all the others of its refund have."""
        if not transfer.number:
            await self._tell_case(transfer)
            return
        parts = await self._transfers.of_refund(transfer.home, transfer.refund)
        if not any(part.state.is_open for part in parts):
            await self._tell_order(transfer, parts)
        await self._transfers.told(transfer)

    async def conflict(self, subject: str, transfer: RefundTransfer | None, proofs: Proofs) -> None:
        """Open a case: a provider gave back what no order says, or more than it says."""
        known = {} if transfer is None else proofs_of(transfer)
        case = NewCase(
            kind=CaseKind.REFUND_CONFLICT,
            subject=subject,
            opened_at=self._clock(),
            number="" if transfer is None else transfer.number,
            proofs={**known, **proofs},
        )
        await self._cases.open(case)

    async def not_sent(self, order: Order, refund: Refund, reason: str) -> None:
        """Tell that a refund which was to be sent once more can't be: it has failed again."""
        name = f"{refund.id}-{refund.reroutes}-{reason}"
        await self._report(order.number, name, FailRefund(refund.id))
        left = Money(refund.amount - refund.paid_back, refund.currency or order.currency)
        await self._cases.open(
            NewCase(
                kind=CaseKind.REFUND_FAILED,
                subject=name,
                opened_at=self._clock(),
                number=order.number,
                shop=order.shop,
                proofs={"refund": refund.id, "amount": left, "reason": reason},
            )
        )

    async def _tell_case(self, transfer: RefundTransfer) -> None:
        """Open a further case where money that fits no order can't be given back either."""
        if transfer.state is TransferState.FAILED:
            await self._open_failed([transfer], shop="")
        await self._transfers.told(transfer)

    async def _tell_order(self, transfer: RefundTransfer, parts: Sequence[RefundTransfer]) -> None:
        failed = [part for part in parts if part.state is TransferState.FAILED]
        paid = [part for part in parts if part.state is TransferState.SUCCEEDED]
        if failed:
            await self._tell_failure(transfer, failed, sum(part.amount.amount for part in paid))
        elif paid:
            await self._tell_completion(transfer, paid)

    async def _tell_failure(
        self, transfer: RefundTransfer, failed: Sequence[RefundTransfer], paid_back: int
    ) -> None:
        reason = _REASONS.get(failed[0].reason, RefundFailureReason.UNKNOWN)
        command = FailRefund(transfer.refund, reason, paid_back)
        result = await self._submit(failed, command)
        shop = "" if result.order is None else result.order.shop
        await self._open_failed(failed, shop=shop)

    async def _tell_completion(
        self,
        transfer: RefundTransfer,
        paid: Sequence[RefundTransfer],
    ) -> None:
        provider_id = ", ".join(part.provider_id for part in paid)
        result = await self._submit(paid, CompleteRefund(transfer.refund, provider_id))
        refund = None if result.order is None else refund_in(result.order, transfer.refund)
        told = "" if refund is None else refund.provider_id
        if result.kind is ResultKind.REFUSED or told != provider_id:
            await self.conflict(transfer.key, transfer, {"paid_by_other_means": told})

    async def _open_failed(self, failed: Sequence[RefundTransfer], *, shop: str) -> None:
        named = failed[0]
        proofs = proofs_of(named)
        proofs["amount"] = Money(sum(part.amount.amount for part in failed), named.amount.currency)
        case = NewCase(
            kind=CaseKind.REFUND_FAILED,
            subject=", ".join(part.key for part in failed),
            opened_at=self._clock(),
            number=named.number,
            shop=shop,
            proofs=proofs,
        )
        await self._cases.open(case)

    async def _submit(self, parts: Sequence[RefundTransfer], command: Struct) -> SubmissionResult:
        """Report what these parts show."""
        name = " ".join(f"{part.key}-{part.state}" for part in parts)
        return await self._report(parts[0].number, name, command)

    async def _report(self, number: str, name: str, command: Struct) -> SubmissionResult:
        return await self._engine.submit(
            Submission(
                command_id=uuid5(_COMMANDS, name),
                number=number,
                command=command,
                actor=SENDER,
                fingerprint=hashlib.blake2b(name.encode(), digest_size=16).digest(),
            )
        )


def refund_in(order: Order, refund_id: str) -> Refund | None:
    """Return an order's refund by its id."""
    return next((each for each in order.refunds if each.id == refund_id), None)


def proofs_of(transfer: RefundTransfer) -> dict[str, Proof]:
    """Return what is known of a transfer, for a case."""
    known: dict[str, Proof] = {
        "refund": transfer.refund,
        "provider": transfer.provider,
        "payment_id": transfer.payment_id,
        "amount": transfer.amount,
        "provider_id": transfer.provider_id,
        "reason": transfer.reason,
    }
    return {name: value for name, value in known.items() if value}
