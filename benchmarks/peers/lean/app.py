"""The application: its routes, and the connections that each worker opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import placement
import reads
import steps
from database import open_pool
from problems import Problem, answer_problem


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold connections while the worker serves."""
    app.state.pool = await open_pool()
    yield
    await app.state.pool.close()


app = FastAPI(title="Lean", lifespan=lifespan)
app.add_exception_handler(Problem, answer_problem)
for router in (placement.router, steps.router, reads.router):
    app.include_router(router, prefix="/api/v1")


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Respond that the process is alive."""
    return {}
