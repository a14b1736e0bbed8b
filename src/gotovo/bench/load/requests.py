"""Requests of a storefront, a warehouse and a pick-up point, for every step of an order."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gotovo.bench.fixture.dataset import POINT, Dataset, DatasetOrder
from gotovo.bench.load.generator import raw_request
from gotovo.order.steps.placement import Place

_BODIES: dict[str, dict[str, Any]] = {
    "picking": {"wave": "W-7"},
    "packing": {},
    "dispatch": {"manifest": "M-2014"},
    "arrival": {"point": POINT.code},
    "shelving": {"cell": "A-17"},
}

_NAME = "Алия Хасанова"
_ID = "0" * 32
"""Stands for the id of a list, which has as many digits."""


class PlacementResponse(Struct):
    """What the response to a placement has for the later steps; peers also return the code."""

    number: str
    pickup_code: str = ""


placement_response = msgspec.json.Decoder(PlacementResponse)


class RequestBuilder:
    """Builds the requests of a program with an API key; each POST has its own idempotency key."""

    def __init__(self, dataset: Dataset, token: str) -> None:
        self.dataset = dataset
        self.token = token
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def placement(self) -> tuple[DatasetOrder, bytes]:
        """Return a new order and the request that places it; the server draws its own number."""
        order, body = self._placement()
        return order, self._post("/api/v1/orders", body)

    def lists_of_placements(self, lists: int, each: int) -> Iterator[bytes]:
        """Yield requests with the same new orders, each time under other ids."""
        commands = [
            {"id": f"{_ID}-{number}", "step": "placement"} | self._placement()[1]
            for number in range(each)
        ]
        content = msgspec.json.encode({"commands": commands})
        for _ in range(lists):
            own = self.dataset.command_id().hex.encode()
            yield self._post_content("/api/v1/commands", content.replace(_ID.encode(), own))

    def _placement(self) -> tuple[DatasetOrder, dict[str, Any]]:
        order, submission = self.dataset.placement()
        command = submission.command
        assert isinstance(command, Place), command
        return order, {
            "customer": {"phone": order.phone, "name": _NAME, "email": "aliya@example.com"},
            "lines": [
                {"sku": x.sku, "title": x.title, "quantity": x.quantity, "price": x.price}
                for x in command.lines
            ],
            "delivery": {"method": "pickup", "point": POINT.code},
        }

    def step(self, step: str, order: DatasetOrder) -> bytes:
        """Return the request for one of the later steps."""
        return self._post(f"/api/v1/orders/{order.number}/{step}", self._body(step, order))

    def commands(self, step: str, orders: Sequence[DatasetOrder]) -> bytes:
        """Return one request that takes the same step of many orders."""
        commands = [
            {"id": str(self.dataset.command_id()), "order": each.number, "step": step}
            | self._body(step, each)
            for each in orders
        ]
        return self._post("/api/v1/commands", {"commands": commands})

    def read(self, path: str, accept: str = "application/json") -> bytes:
        """Return a GET request for a path under the API."""
        return raw_request("GET", f"/api/v1{path}", self._headers | {"Accept": accept})

    def _body(self, step: str, order: DatasetOrder) -> dict[str, Any]:
        if step == "payment":
            return {
                "amount": {"amount": order.total, "currency": "RUB"},
                "provider": "bench",
                "payment_id": f"P-{order.number}",
            }
        if step == "handover":
            return {"code": self.dataset.code(order)}
        return _BODIES[step]

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        return self._post_content(path, msgspec.json.encode(body))

    def _post_content(self, path: str, content: bytes) -> bytes:
        headers = self._headers | {
            "Content-Type": "application/json",
            "Idempotency-Key": str(self.dataset.command_id()),
        }
        return raw_request("POST", path, headers, content)


def page_request(path: str, cookie: str) -> bytes:
    """Return the request of a signed-in buyer's browser for a page."""
    headers = {
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "ru,en;q=0.8",
        "Cookie": cookie,
    }
    return raw_request("GET", path, headers)
