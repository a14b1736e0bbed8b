"""The audit as tests need it: through a connection whose changes nobody else can see."""

from typing import Any

from gotovo.store.audit.audit import AuditReport, audit_with, block_ranges
from gotovo.store.audit.scan import OrderScan


async def audited_through(connection: Any, secret: bytes) -> AuditReport:
    """Look at everything in the snapshot that this connection holds."""
    walk = OrderScan(connection, secret).scan
    return await audit_with(connection, await block_ranges(connection), [walk])
