"""The lifecycle of an order as a durable workflow of eight steps, one per request."""

import hmac
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from dbos import DBOS, DBOSConfig
from fastapi import FastAPI, Header, HTTPException

CONNECTIONS = 12

_config: DBOSConfig = {
    "name": "orders",
    "system_database_url": os.environ["DATABASE_URL"],
    "sys_db_pool_size": CONNECTIONS,
    "log_level": "WARNING",
    "run_migrations": False,  # `prepare` has done it
}
DBOS(config=_config)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Run workflows while the server serves."""
    DBOS.launch()
    yield
    DBOS.destroy()


app = FastAPI(title="DBOS", lifespan=lifespan)


@DBOS.step()
async def place(number: str, sku: str) -> dict[str, Any]:
    """Take the order; what a step returns is what DBOS writes down before the next one."""
    return {"number": number, "stage": "placed", "lines": [{"sku": sku, "quantity": 1}]}


@DBOS.step()
async def pay(order: dict[str, Any], amount: int) -> dict[str, Any]:
    """Accept the money."""
    return {**order, "stage": "paid", "paid": amount}


@DBOS.step()
async def pick(order: dict[str, Any]) -> dict[str, Any]:
    """Begin to collect the goods."""
    return {**order, "stage": "picking"}


@DBOS.step()
async def pack(order: dict[str, Any]) -> dict[str, Any]:
    """Close the parcel."""
    return {**order, "stage": "packed"}


@DBOS.step()
async def dispatch(order: dict[str, Any], manifest: str) -> dict[str, Any]:
    """Let the parcel leave."""
    return {**order, "stage": "in_transit", "manifest": manifest}


@DBOS.step()
async def arrive(order: dict[str, Any], point: str) -> dict[str, Any]:
    """Take the parcel in at its point."""
    return {**order, "stage": "arrived", "point": point}


@DBOS.step()
async def shelve(order: dict[str, Any], cell: str) -> dict[str, Any]:
    """Put the parcel on its shelf."""
    return {**order, "stage": "on_shelf", "cell": cell}


@DBOS.step()
async def hand_over(order: dict[str, Any]) -> dict[str, Any]:
    """Hand the parcel over."""
    return {**order, "stage": "handed_over"}


@DBOS.workflow()
async def run_lifecycle(number: str) -> dict[str, Any]:
    """Take all steps, each durable before the next; a crash would be resumed where it was."""
    order = await place(number, "SKU-00001")
    order = await pay(order, 38_900)
    order = await pick(order)
    order = await pack(order)
    order = await dispatch(order, "M-2014")
    order = await arrive(order, "KZN-1")
    order = await shelve(order, "A-17")
    return await hand_over(order)


@app.post("/lives", status_code=201)
async def create_life(authorization: Annotated[str, Header()] = "") -> dict[str, Any]:
    """Run one lifecycle and return the completed order."""
    if not hmac.compare_digest(authorization, f"Bearer {os.environ['API_KEY']}"):
        raise HTTPException(401)
    return await run_lifecycle(f"{secrets.randbelow(10**12):012}")


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Respond that the process is alive."""
    return {}
