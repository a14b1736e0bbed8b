"""The audit as tests need it: through a connection whose changes nobody else can see."""

from typing import Any

from gotovo.store.audit.audit import Audited, audit_through, stretches_of
from gotovo.store.audit.scan import Walk


async def audited_through(connection: Any, secret: bytes) -> Audited:
    """Look at everything in the snapshot that this connection holds."""
    walk = Walk(connection, secret).walk
    return await audit_through(connection, await stretches_of(connection), [walk])
