"""One lifecycle per request: eight commands, each saved before the next."""

import hmac
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Request

from orders import open_orders


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep orders while the server serves."""
    app.state.orders = open_orders()
    yield
    app.state.orders.close()


app = FastAPI(title="eventsourcing", lifespan=lifespan)


@app.post("/lives", status_code=201)
def create_life(
    request: Request, authorization: Annotated[str, Header()] = ""
) -> dict[str, str | int]:
    """Run one lifecycle in a thread and return the completed order."""
    if not hmac.compare_digest(authorization, f"Bearer {os.environ['API_KEY']}"):
        raise HTTPException(401)
    orders = request.app.state.orders
    order_id = orders.place("SKU-00001", 38_900)
    orders.take(order_id, "pay", amount=38_900)
    orders.take(order_id, "pick")
    orders.take(order_id, "pack")
    orders.take(order_id, "dispatch", manifest="M-2014")
    orders.take(order_id, "arrive", point="KZN-1")
    orders.take(order_id, "shelve", cell="A-17")
    order = orders.take(order_id, "hand_over")
    return {"number": str(order.id), "stage": order.stage, "version": order.version}


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Respond that the process is alive."""
    return {}
