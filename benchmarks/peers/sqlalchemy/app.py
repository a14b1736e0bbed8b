"""The application: its routes, and the connections that each worker closes at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import placement
import reads
import steps
from database import engine
from problems import Problem, answer_problem


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Let go of the database when the worker stops."""
    yield
    await engine.dispose()


app = FastAPI(title="SQLAlchemy", lifespan=lifespan)
app.add_exception_handler(Problem, answer_problem)
for router in (placement.router, steps.router, reads.router):
    app.include_router(router, prefix="/api/v1")


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Respond that the process is alive."""
    return {}
