"""Acceptances at desks: their orders, manifests, and the photos that scans name."""

from gotovo.assembly.runtime import Runtime
from gotovo.attachments.attachments import Attachments
from gotovo.desk.acceptance.acceptances import AcceptanceTools
from gotovo.desk.acceptance.tools import acceptance_tools


def acceptance_of(runtime: Runtime, attachments: Attachments) -> AcceptanceTools:
    """Return what acceptances of every point work with."""
    return acceptance_tools(
        runtime.pool, runtime.engine, runtime.directory, runtime.clock, attachments
    )
