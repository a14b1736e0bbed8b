"""A process that sends receipts until it is killed, as `python -m` runs it.

Its arguments are the addresses of the database and of ATOL's server, and the machine's time at
which the tests' clock showed its beginning.
"""

import asyncio
import sys
import time
from datetime import datetime, timedelta
from random import Random
from typing import Final

from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.atol_register import AtolAccount, AtolRegister
from gotovo.payments.receipts.fiscal_sending import (
    FiscalSending,
    FiscalSendingTerms,
    FiscalTools,
)
from gotovo.store.postgres.pool import open_pool
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from tests.support.payments.cash_registers import GROUP, LOGIN, PASSWORD
from tests.support.web.cast import NOW

TERMS: Final = FiscalSendingTerms(lease=timedelta(seconds=3), backoff_first=0.05, backoff_max=0.5)


async def send(url: str, server: str, began_at: float) -> None:
    """Send without end."""

    def clock() -> datetime:
        return NOW + timedelta(days=1, seconds=time.time() - began_at)

    pool = await open_pool(url, size=4)
    account = AtolAccount(GROUP, LOGIN, PASSWORD)
    async with open_client() as client:
        tools = FiscalTools(
            receipts=FiscalReceipts(pool),
            terms=FiscalTermsStore(pool),
            reads=BuyerReads(pool),
            cases=CaseStore(pool),
            register=AtolRegister(client, f"{server}/possystem/v5", account, clock),
            clock=clock,
        )
        sending = FiscalSending(tools, TERMS, rng=Random())
        while True:
            await sending.send_due()
            await asyncio.sleep(await sending.wait_seconds(0.1))


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2], float(sys.argv[3])))
