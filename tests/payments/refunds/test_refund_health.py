"""Whoever operates it hears of refunds that wait for more than a day, and of those that failed."""

from gotovo.payments.refunds.refund_health import RefundHealth
from tests.support.payments.refunds import RefundOffice


async def test_what_waits_too_long_and_what_failed_is_told(office: RefundOffice) -> None:
    health = RefundHealth(office.transfers, office.shop.clock)
    office.ledger.refund_outcomes["*"] = ("pending", "")
    await office.cancelled()
    await office.process.work()
    await health.run()
    assert health.warnings == ()
    office.shop.clock.wait(days=1, seconds=1)
    await health.run()
    assert health.warnings == (
        "1 refunds have waited for more than a day; see docs/operating/refunds.md",
    )
    [asked] = office.ledger.refunds.values()
    office.ledger.settle_refund(asked["id"], "canceled", "general_decline")
    await office.process.work()
    await health.run()
    assert health.warnings == (
        "1 refunds failed and need another way; see docs/operating/refunds.md",
    )
