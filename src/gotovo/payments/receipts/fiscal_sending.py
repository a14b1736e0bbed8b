"""Fiscal sending: receipts go to the cash register, and what it made of them comes back.

A receipt is stored as it is sent before it is sent. So whatever dies or fails, the next try sends
the same under the same key, and the register makes one of it. A key is changed only after the
register has said that nothing came of the first.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from msgspec import Struct

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.ledger.fiscal_moves import moves_of
from gotovo.order.replay import replay
from gotovo.payments.receipts.fiscal_document import (
    ITEMS_MAX,
    FiscalDocument,
    decoded,
    encoded,
    fiscal_document,
)
from gotovo.payments.receipts.port import (
    CashRegister,
    FiscalContact,
    RegisterAnswer,
    RegisterRefused,
    RegisterRequest,
    RegisterState,
    RegisterUnavailable,
)
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import (
    FiscalOutcome,
    FiscalReceipts,
    FiscalRow,
    FiscalState,
)
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from gotovo.value import Value

POLL_SECONDS: Final = 5.0
"""How often the queue is looked at; what is due sooner wakes the job."""

PAGE: Final = 20
"""Receipts taken at once, and requests to the register at the same time."""

ROUNDS_MAX: Final = 5
"""How often a receipt that the register lost is asked for anew before a person is asked."""

NO_TERMS: Final = "no_terms"
"""Why a receipt of a shop waits that has not said what its receipts say."""

_BACKOFF_STEPS_MAX: Final = 12


class FiscalSendingTerms(Value, frozen=True, kw_only=True):
    """How long things take: a process has a receipt for `lease`, a request takes 15 s at most.

    The next try is `backoff_first` seconds later, then twice as long each time.
    """

    lease: timedelta = timedelta(seconds=60)
    backoff_first: float = 2.0
    backoff_max: float = 600.0


class ReceiptNotSent(Exception):
    """A receipt was not registered; the message names it, and says why."""


class FiscalTools(Struct, frozen=True, kw_only=True):
    """What sending reads and writes."""

    receipts: FiscalReceipts
    terms: FiscalTermsStore
    reads: BuyerReads
    cases: CaseStore
    register: CashRegister
    clock: Callable[[], datetime]


class FiscalSending:
    """Sends what is due, and asks what became of what was sent."""

    def __init__(
        self,
        tools: FiscalTools,
        terms: FiscalSendingTerms | None = None,
        *,
        rng: Random | None = None,
        report: Callable[[ReceiptNotSent], None] = lambda _error: None,
    ) -> None:
        """Tell `report` of each try that failed."""
        self._tools = tools
        self._terms = terms or FiscalSendingTerms()
        self._rng = rng or Random()  # noqa: S311  (jitter, no secrets)
        self._report = report

    async def send_due(self) -> int:
        """Try what is due now; return how many tries that were."""
        count = 0
        while True:
            now = self._tools.clock()
            taken = await self._tools.receipts.take(now, now + self._terms.lease, PAGE)
            errors = await asyncio.gather(*map(self._try, taken), return_exceptions=True)
            if error := next((each for each in errors if each is not None), None):
                raise error
            count += len(taken)
            if len(taken) < PAGE:
                return count

    async def wait_seconds(self, most: float) -> float:
        """Return how long there is nothing to do, at most so long."""
        next_at = await self._tools.receipts.next_at()
        if next_at is None:
            return most
        return min(max((next_at - self._tools.clock()).total_seconds(), 0.0), most)

    async def _try(self, row: FiscalRow) -> None:
        """Send a receipt or look it up, and store what became of it."""
        try:
            answer = await self._answer(row)
            if answer is not None:
                await self._settle(row, answer)
        except RegisterUnavailable as error:
            await self._again(row, str(error), error.retry_after)
        except RegisterRefused as error:
            await self._fail(row, str(error))
        except DATABASE_UNREACHABLE:
            raise
        except Exception as error:  # noqa: BLE001  (a fault of ours: the others go on)
            await self._again(row, f"a fault: {type(error).__name__}")

    async def _answer(self, row: FiscalRow) -> RegisterAnswer | None:
        """Return what the register says of a receipt, None where it could not be asked."""
        tools = self._tools
        if row.register and row.register != tools.register.name:
            raise RegisterRefused(f"it was sent to {row.register}, which is switched off")
        if row.reference:
            return await tools.register.look_up(row.reference)
        others = [each for each in await tools.receipts.of_order(row.number) if each != row]
        document = decoded(row.document.encode()) if row.document else None
        if document is None:
            document = await self._document(row, others)
        if document is None:
            await self._again(row, NO_TERMS)
            return None
        if len(document.items) > ITEMS_MAX:
            raise RegisterRefused(f"{len(document.items)} items: one receipt has {ITEMS_MAX}")
        stored = row.document or encoded(document).decode()
        if not await tools.receipts.asked(row, stored, tools.register.name, tools.clock()):
            return None
        return await tools.register.register(
            RegisterRequest(
                document=document,
                contact=await self._contact(document),
                key=row.key,
                is_again=row.asked_at is not None,
                others=frozenset(each.reference for each in others if each.reference),
            )
        )

    async def _document(self, row: FiscalRow, others: Sequence[FiscalRow]) -> FiscalDocument | None:
        """Return the receipt by the terms of its shop, None where it has none."""
        terms = await self._tools.terms.find(row.shop)
        if terms is None:
            return None
        history = await self._tools.reads.history(row.number)
        (move,) = [each for each in moves_of(history) if each.version == row.version]
        earlier = [
            decoded(each.document.encode())
            for each in others
            if each.document and each.version < row.version
        ]
        return fiscal_document(replay(history), move, terms.terms, earlier)

    async def _contact(self, document: FiscalDocument) -> FiscalContact:
        """Return where the receipt goes: to the seller, where the buyer was erased."""
        contact = await self._tools.reads.contact(document.number)
        if contact is None:
            return FiscalContact(email=document.email)
        return FiscalContact(contact.email, contact.phone)

    async def _settle(self, row: FiscalRow, answer: RegisterAnswer) -> None:
        record = answer.record
        if answer.state is RegisterState.REGISTERED and record is not None and record.document:
            outcome = FiscalOutcome(
                state=FiscalState.REGISTERED,
                reference=answer.reference,
                fiscal_drive=record.drive,
                fiscal_document=record.document,
                fiscal_sign=record.sign,
                url=record.url,
                settled_at=self._tools.clock(),
            )
            await self._tools.receipts.finish(row, outcome)
        elif answer.state is not RegisterState.FAILED:
            outcome = FiscalOutcome(
                state=FiscalState.SENT, again_at=self._later(row), reference=answer.reference
            )
            await self._tools.receipts.finish(row, outcome)
        elif answer.is_final or row.round >= ROUNDS_MAX:
            await self._fail(row, answer.reason, answer.reference)
        else:
            at = self._later(row)
            await self._tools.receipts.begin_round(
                row.number, row.version, at, row.tries, answer.reason
            )

    async def _again(self, row: FiscalRow, reason: str, wait: float | None = None) -> None:
        """Leave a receipt for later; what was sent stays sent."""
        outcome = FiscalOutcome(
            state=FiscalState.SENT if row.reference else FiscalState.WAITING,
            again_at=self._later(row, wait),
            reason=reason,
        )
        await self._tools.receipts.finish(row, outcome)
        self._report(ReceiptNotSent(f"{row.number}:{row.version}: {reason}"))

    async def _fail(self, row: FiscalRow, reason: str, reference: str = "") -> None:
        """Leave a receipt to a person: first the case, so that nothing fails unseen."""
        now = self._tools.clock()
        await self._tools.cases.open(
            NewCase(
                kind=CaseKind.RECEIPT_FAILED,
                subject=f"{row.number}:{row.version}:{row.round}",
                opened_at=now,
                number=row.number,
                shop=row.shop,
                proofs={
                    "kind": row.kind,
                    "amount": str(row.amount),
                    "event": str(row.version),
                    "register": self._tools.register.name,
                    "reference": reference or row.reference,
                    "reason": reason,
                },
            )
        )
        outcome = FiscalOutcome(
            state=FiscalState.FAILED, reference=reference, reason=reason, settled_at=now
        )
        await self._tools.receipts.finish(row, outcome)
        self._report(ReceiptNotSent(f"{row.number}:{row.version}: {reason}"))

    def _later(self, row: FiscalRow, wait: float | None = None) -> datetime:
        """Return when the next try is, later after each."""
        steps = min(row.tries - 1, _BACKOFF_STEPS_MAX)
        usual = min(self._terms.backoff_first * 2**steps, self._terms.backoff_max)
        seconds = max(wait or 0.0, usual * self._rng.uniform(0.75, 1.0))
        return self._tools.clock() + timedelta(seconds=seconds)
