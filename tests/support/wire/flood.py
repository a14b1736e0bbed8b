"""Many storefronts at the same moment, each over a connection of its own."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from gotovo.bench.load.connection import connect_all
from gotovo.bench.load.generator import raw_request
from gotovo.bench.load.response_parser import LoadResponse
from tests.support.faults.shop import PRICE, SKU

BASKET: dict[str, Any] = {
    "customer": {"phone": "+79001234547"},
    "lines": [{"sku": SKU, "title": "Кружка", "quantity": 1, "price": PRICE}],
    "delivery": {"method": "pickup", "point": "KZN-1"},
}


async def place_all(port: int, token: str, keys: Sequence[str]) -> dict[str, LoadResponse]:
    """Send a placement under each key; return the responses by key.

    All connections are made before the first request, so that a flood is one on any machine.
    """
    connections = await connect_all(port, len(keys))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = msgspec.json.encode(BASKET)
    requests = [
        raw_request("POST", "/api/v1/orders", {**headers, "Idempotency-Key": key}, body)
        for key in keys
    ]
    sent = [each.send(request) for each, request in zip(connections, requests, strict=True)]
    responses = await asyncio.gather(*sent)
    for each in connections:
        each.close()
    return dict(zip(keys, responses, strict=True))
