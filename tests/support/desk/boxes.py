"""Return boxes at the desk of KZN-1, and parcels that have to leave it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.actor import Actor, Role
from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk


class BoxDesk(Desk):
    """A clerk who sends back what nobody collected."""

    def __init__(self, api: Api, point: str = "KZN-1", by: str = "point") -> None:
        super().__init__(api, point, by)

    async def shelved(self, cell: str = "2-1", boxes: int = 1, **changes: Any) -> list[str]:
        """Return the barcodes of a new order's parcels, on the shelf."""
        parcels = await self.packed(boxes, **changes)
        await self.api.step(parcels[0][:12], "dispatch")
        await self.api.step(parcels[0][:12], "arrival")
        for each in parcels:
            await self.shelve(each, cell)
        return parcels

    async def cancelled(self, cell: str = "2-1", boxes: int = 1, **changes: Any) -> list[str]:
        """Return the barcodes of an order's parcels that lie on the shelf and have to leave."""
        parcels = await self.shelved(cell, boxes, **changes)
        await self.api.step(parcels[0][:12], "cancellation", reason="customer_request")
        return parcels

    async def open_box(self, kind: str = "ordinary", box: str = "") -> str:
        """Return the code of a new box."""
        answer = await self.post("/boxes", {"kind": kind} | ({"box": box} if box else {}))
        assert answer.status_code == 201, answer.text
        return answer.json()["code"]

    async def put(self, box: str, parcel: str, key: str = "", **body: Any) -> Any:
        """Return the answer to a parcel that was put into a box."""
        answer = await self.post(f"/boxes/{box}/items", {"parcel": parcel} | body, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refused(self, path: str, body: dict[str, Any]) -> tuple[str, int]:
        """Return the code and the status of the problem that a request gets."""
        answer = await self.post(path, body)
        return answer.json().get("code", ""), answer.status_code

    async def seal(self, box: str) -> Any:
        """Return the sealed box."""
        answer = await self.post(f"/boxes/{box}/sealing", {"box": box})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hand_over(self, boxes: Sequence[str], key: str = "", driver: str = "") -> Any:
        """Return the act."""
        body = {"boxes": list(boxes), "driver": driver}
        answer = await self.post("/box-handovers", body, key)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def contents(self, box: str) -> list[str]:
        """Return the parcels in a box."""
        answer = await self.get(f"/boxes/{box}")
        return [each["parcel"] for each in answer.json()["contents"]]

    async def leaving(self, query: str = "") -> Any:
        """Return a page of what must leave."""
        answer = await self.get(f"/leaving{query}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def get(self, path: str) -> httpx.Response:
        """Return the answer to a request about this point."""
        return await self.api.get(f"/points/{self.point}{path}", self.by)

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> httpx.Response:
        """Return the answer to a command at this point."""
        return await self.api.post(f"/points/{self.point}{path}", body, self.by, key)

    async def expire(self, parcel: str) -> None:
        """Let the storage term of a parcel's order end, as the clock of the program does."""
        command = ExpireStorage()
        actor = Actor(Role.SYSTEM, "storage")
        submission = Submission(uuid4(), parcel[:12], command, actor, fingerprint(parcel.encode()))
        result = await self.api.network.engine.submit(submission)
        assert result.kind is ResultKind.DONE, result.refusal

    def wait(self, **time: float) -> None:
        """Let time go by."""
        self.api.network.clock.now += timedelta(**time)
