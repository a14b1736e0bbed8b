"""What a storefront, a warehouse and a desk send: the requests of an ordinary life, as bytes."""

from collections.abc import Sequence
from typing import Any

import msgspec

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


class RequestBuilder:
    """Writes requests as a program with a key sends them; each POST has a key of its own."""

    def __init__(self, city: Dataset, token: str) -> None:
        """Order in this city with this bearer token."""
        self.city = city
        self.token = token
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def placement(self) -> tuple[DatasetOrder, bytes]:
        """Return a new order and the request that places it; only the server knows its number."""
        made, submission = self.city.placement()
        command = submission.command
        assert isinstance(command, Place), command
        body = {
            "customer": {"phone": made.phone, "name": _NAME, "email": "aliya@example.com"},
            "lines": [
                {"sku": x.sku, "title": x.title, "quantity": x.quantity, "price": x.price}
                for x in command.lines
            ],
            "delivery": {"method": "pickup", "point": POINT.code},
        }
        return made, self._post("/api/v1/orders", body)

    def step(self, step: str, made: DatasetOrder) -> bytes:
        """Return the request that takes one of the later steps of an ordinary life."""
        return self._post(f"/api/v1/orders/{made.number}/{step}", self._body(step, made))

    def commands(self, step: str, orders: Sequence[DatasetOrder]) -> bytes:
        """Return one request that takes the same step of many orders."""
        commands = [
            {"id": str(self.city.command_id()), "order": each.number, "step": step}
            | self._body(step, each)
            for each in orders
        ]
        return self._post("/api/v1/commands", {"commands": commands})

    def read(self, path: str, accept: str = "application/json") -> bytes:
        """Return a request that reads under the API."""
        return raw_request("GET", f"/api/v1{path}", self._headers | {"Accept": accept})

    def _body(self, step: str, made: DatasetOrder) -> dict[str, Any]:
        if step == "payment":
            return {"amount": made.total, "currency": "RUB"}
        if step == "handover":
            return {"code": self.city.code(made)}
        return _BODIES[step]

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        headers = self._headers | {
            "Content-Type": "application/json",
            "Idempotency-Key": str(self.city.command_id()),
        }
        return raw_request("POST", path, headers, msgspec.json.encode(body))


def page_request(path: str, cookie: str) -> bytes:
    """Return what a browser sends for a page of somebody signed in."""
    headers = {
        "Accept": "text/html,application/xhtml+xml",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "ru,en;q=0.8",
        "Cookie": cookie,
    }
    return raw_request("GET", path, headers)
