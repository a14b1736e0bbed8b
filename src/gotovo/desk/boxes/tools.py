"""What return boxes work with, put together from the parts of a process."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from gotovo.desk.boxes.boxes import ReturnBoxTools
from gotovo.engine.engine import Engine
from gotovo.store.reads.desk.leaving import LeavingReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.boxes.return_boxes import ReturnBoxStore


def return_box_tools(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Callable[[], datetime]
) -> ReturnBoxTools:
    """Return what the boxes of every point work with."""
    return ReturnBoxTools(
        engine=engine,
        orders=ProgramReads(pool),
        store=ReturnBoxStore(pool),
        leaving=LeavingReads(pool),
        clock=clock,
    )
