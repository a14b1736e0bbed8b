"""Cases as the parts that find them tell of them, and what sends their money back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.cases.proofs import Proof
from gotovo.casework.flag_follower import FOLLOWER, FlagCases
from gotovo.engine.background.followers import Follower
from gotovo.order.values.money import Money
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.cases.cases import CaseStore
from tests.support.api.network import TOTAL, Api

RUB_TOTAL = Money(TOTAL, "RUB")


async def opened(
    api: Api,
    kind: CaseKind = CaseKind.UNMATCHED_PAYMENT,
    payment: str = "2d9f",
    number: str = "",
    shop: str = "",
    **proofs: Proof,
) -> NewCase:
    """Open a case about a payment of yookassa over the sum of an order, and return it."""
    known: dict[str, Proof] = {
        "provider": "yookassa",
        "payment_id": payment,
        "captured": RUB_TOTAL,
        "captured_at": api.network.clock.now,
    }
    case = NewCase(
        kind=kind,
        subject=f"yookassa:{payment}",
        opened_at=api.network.clock.now,
        number=number,
        shop=shop,
        proofs=known | proofs,
    )
    assert await CaseStore(api.network.pool).open(case)
    return case


async def followed(api: Api) -> None:
    """Let the follower of flags handle everything that has happened."""
    pool = api.network.pool
    follower = Follower(FOLLOWER, PostgresJournal(pool), FlagCases(CaseStore(pool)).handle)
    await follower.catch_up()


async def resolve(
    api: Api, case: UUID | str, decision: str, by: str = "support", **body: Any
) -> tuple[int, dict[str, Any]]:
    """Decide a case; return the status and the response."""
    response = await api.post(f"/cases/{case}/resolution", {"decision": decision} | body, by)
    return response.status_code, response.json()


class RecordedReturns:
    """Records what is sent back. A peer of the port; the money itself moves elsewhere."""

    def __init__(self) -> None:
        self.sent: dict[UUID, tuple[str, str, Money]] = {}
        self.sent_at: dict[UUID, datetime] = {}
        self.asked = 0

    async def put_unmatched(
        self, case: UUID, provider: str, payment_id: str, amount: Money, at: datetime
    ) -> bool:
        """Keep what is to be sent, once for each case."""
        self.asked += 1
        is_new = case not in self.sent
        self.sent.setdefault(case, (provider, payment_id, amount))
        self.sent_at.setdefault(case, at)
        return is_new
