"""Payment intake, put together for a process."""

from gotovo.assembly.runtime import Runtime
from gotovo.order.values.order import Order
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts


def payment_intake(runtime: Runtime) -> PaymentIntake:
    """Return the path from the open providers to the ledger."""
    reads = ProgramReads(runtime.pool)

    async def order(number: str) -> Order | None:
        found = await reads.order(number)
        return None if found is None else found.order

    return PaymentIntake(
        runtime.providers.by_name,
        PaymentAttempts(runtime.pool),
        CaseStore(runtime.pool),
        runtime.engine,
        order=order,
        clock=runtime.clock,
    )
