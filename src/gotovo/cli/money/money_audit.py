"""`gotovo audit money`: a provider's list against our books, with every difference by name."""

import asyncio
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from gotovo.assembly.payments.providers import open_providers
from gotovo.assembly.payments.reconciliation import reconcile
from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, print_json, print_line
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.money.days import DayRange
from gotovo.config import Settings
from gotovo.payments.reconciliation.comparison import SETTLING, PeriodResult
from gotovo.payments.reconciliation.differences import DifferenceKind, MoneyDifference
from gotovo.store.postgres.pool import open_pool

_SENTENCES = {
    DifferenceKind.PAYMENT_UNKNOWN_HERE: "was captured, and no order has it",
    DifferenceKind.PAYMENT_UNKNOWN_THERE: "is an order's, and the provider does not know it",
    DifferenceKind.PAYMENT_NOT_CAPTURED: "is an order's, and the provider did not capture it",
    DifferenceKind.PAYMENT_SUM: "has two sums",
    DifferenceKind.PAYMENT_ORDER: "was asked for by another order than has it",
    DifferenceKind.PAYMENT_UNREADABLE: "is listed by the provider, and can't be read",
    DifferenceKind.REFUND_UNKNOWN_HERE: "was given back, and no order refunds it",
    DifferenceKind.REFUND_UNKNOWN_THERE: "is an order's, and the provider does not know it",
    DifferenceKind.REFUND_NOT_PAID: "is paid by our books, and not by the provider's",
    DifferenceKind.REFUND_SUM: "has two sums",
    DifferenceKind.REFUND_UNREADABLE: "is listed by the provider, and can't be read",
}


class MoneyReport(Struct, frozen=True):
    """What `--json` prints."""

    provider: str
    since: datetime
    until: datetime
    payments: int
    refunds: int
    differences: list[MoneyDifference]
    clean: bool


def audit_money(chosen: Settings, provider: str, period: DayRange, *, json: bool) -> int:
    """Compare, print what differs, and return the exit status."""
    settled = min(period.until, datetime.now(UTC) - SETTLING)
    if settled <= period.since:
        message = f"--from: {period.since:%Y-%m-%d}: expected a day that has begun"
        raise WrongUsage(message)
    with database(chosen) as url:
        result = asyncio.run(_compared(chosen, url, provider, period.since, settled))
    if json:
        report = MoneyReport(
            provider=provider,
            since=period.since,
            until=settled,
            payments=result.payments,
            refunds=result.refunds,
            differences=list(result.differences),
            clean=not result.differences,
        )
        print_json(msgspec.to_builtins(report))
    else:
        _print(provider, result)
    return PROBLEM if result.differences else 0


async def _compared(
    chosen: Settings, url: str, provider: str, since: datetime, until: datetime
) -> PeriodResult:
    pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
    try:
        await bring_up(pool)
        async with open_providers(chosen, pool, lambda: datetime.now(UTC)) as providers:
            found = providers.by_name.get(provider)
            if found is None:
                known = ", ".join(providers.by_name) or "a provider in GOTOVO_PAYMENT_PROVIDERS"
                message = f"--provider: {provider!r}: expected {known}"
                raise WrongUsage(message)
            return await reconcile(pool, found, since, until)
    finally:
        await pool.close()


def _print(provider: str, result: PeriodResult) -> None:
    for each in result.differences:
        what = "refund" if each.kind.startswith("refund") else "payment"
        print_line(f"{what} {each.id} {_SENTENCES[each.kind]}")
        print_line(f"    order {each.number or 'unknown'}: here {each.here or 'nothing'}")
        print_line(f"    {provider}: {each.there or 'nothing'}")
    count = len(result.differences)
    print_line(
        f"{result.payments} payments, {result.refunds} refunds: "
        + (f"{count} differ." if count else "no differences.")
    )
