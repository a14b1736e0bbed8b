"""What acceptances work with, put together from the parts of a process."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from gotovo.desk.acceptance.acceptances import AcceptanceTools
from gotovo.desk.acceptance.attachment_check import AttachmentCheck, NoAttachments
from gotovo.desk.acceptance.shortages import Shortages
from gotovo.engine.engine import Engine
from gotovo.engine.ports import PlacesSource
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.manifests.acceptances import AcceptanceStore
from gotovo.store.tables.manifests.manifests import ManifestStore


def acceptance_tools(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    places: PlacesSource,
    clock: Callable[[], datetime],
    attachments: AttachmentCheck | None = None,
) -> AcceptanceTools:
    """Return them; without a store of attachments no scan can name one."""
    manifests = ManifestStore(pool)
    return AcceptanceTools(
        engine=engine,
        orders=ProgramReads(pool),
        places=places,
        manifests=manifests,
        store=AcceptanceStore(pool),
        shortages=Shortages(CaseStore(pool), manifests, clock),
        clock=clock,
        attachments=attachments or NoAttachments(),
    )
