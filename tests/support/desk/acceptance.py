"""A point with a plan of cells, a van on its way to it, and the desk that accepts it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from gotovo.points.cells.plan import CellSize, Rack, ShelfRange
from tests.support.api.network import KREMLIN, LAKE, PLACE, Api, captured

RACKS = (
    Rack(number=1, shelves=(ShelfRange(first=1, last=4, size=CellSize.SMALL, fits=2),)),
    Rack(number=2, shelves=(ShelfRange(first=1, last=4, fits=3),)),
    Rack(number=9, shelves=(ShelfRange(first=1, size=CellSize.LARGE, fits=5),), floor=True),
)
"""Small and medium cells, and the floor."""

SHELVES = replace(KREMLIN, cells=RACKS)

__all__ = ["LAKE", "RACKS", "SHELVES", "Desk", "Photos"]


class Desk:
    """A clerk at KZN-1, and the warehouse that sends parcels there."""

    def __init__(self, api: Api, point: str = "KZN-1", by: str = "point") -> None:
        self.api = api
        self.point = point
        self.by = by

    async def set_up(self) -> None:
        """Give the point its plan."""
        network = self.api.network
        await network.directory.put_point(SHELVES, network.clock())

    async def packed(self, boxes: int = 1, point: str = "", **changes: Any) -> list[str]:
        """Return the barcodes of a new order's parcels, packed in the warehouse."""
        delivery = {"method": "pickup", "point": point or self.point}
        line = PLACE["lines"][0] | {"quantity": max(1, boxes)}
        wanted: dict[str, Any] = {"delivery": delivery, "lines": [line]} | changes
        order = await self.api.place(**wanted)
        number = order["number"]
        amount = order["total"]["amount"]
        await self.api.step(number, "payment", **captured(number, amount))
        await self.api.step(number, "picking")
        split = [{"contents": [{"line": 1, "quantity": 1}]} for _ in range(boxes)]
        body: dict[str, Any] = {"boxes": split} if boxes > 1 else {}
        packed = await self.api.step(number, "packing", **body)
        return [each["barcode"] for each in packed["parcels"]]

    async def packed_each(self, points: Sequence[str]) -> list[str]:
        """Return the barcode of one packed parcel for each of these points, in few requests."""
        commands: list[dict[str, Any]] = []
        numbers: list[str] = []
        for point in points:
            order = await self.api.place(delivery={"method": "pickup", "point": point})
            number = order["number"]
            numbers.append(number)
            steps = {"payment": captured(number), "picking": {}, "packing": {}}
            commands += [
                {"id": f"{number}-{step}", "order": number, "step": step} | body
                for step, body in steps.items()
            ]
        answer = await self.api.post("/commands", {"commands": commands})
        assert {x["outcome"] for x in answer.json()["outcomes"]} == {"done"}, answer.text
        return [f"{number}01" for number in numbers]

    async def manifest(
        self,
        parcels: Sequence[str],
        boxes: Mapping[str, str] | None = None,
        *,
        dispatched: bool = True,
        **changes: Any,
    ) -> str:
        """Return the code of a manifest of these parcels that has left."""
        inside = boxes or {}
        contents = [{"parcel": x} | ({"box": inside[x]} if x in inside else {}) for x in parcels]
        body = {"warehouse": "KZN", "point": self.point, "contents": contents} | changes
        made = await self.api.post("/manifests", body, "warehouse")
        assert made.status_code == 201, made.text
        code = made.json()["code"]
        if dispatched:
            answer = await self.api.post(f"/manifests/{code}/dispatch", {}, "warehouse")
            assert answer.status_code == 200, answer.text
        return code

    async def open(self, manifest: str | None = None) -> str:
        """Return the id of an acceptance."""
        body = {} if manifest is None else {"manifest": manifest}
        answer = await self.api.post(f"/points/{self.point}/acceptances", body, self.by)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()["id"]

    async def scan(self, acceptance: str, code: str = "", key: str = "", **body: Any) -> Any:
        """Return the answer to a scan."""
        path = f"/points/{self.point}/acceptances/{acceptance}/scans"
        answer = await self.api.post(path, {"code": code} | body, self.by, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def shelve(self, parcel: str, cell: str) -> Any:
        """Return the answer to a parcel that was put into a cell."""
        body = {"parcel": parcel, "cell": cell}
        answer = await self.api.post(f"/points/{self.point}/shelvings", body, self.by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def close(self, acceptance: str) -> Any:
        """Return the report."""
        path = f"/points/{self.point}/acceptances/{acceptance}/closing"
        answer = await self.api.post(path, {}, self.by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def stage(self, parcel: str) -> str:
        """Return the stage of a parcel."""
        order = (await self.api.get(f"/orders/{parcel[:12]}")).json()
        return next(x["stage"] for x in order["parcels"] if x["barcode"] == parcel)

    async def cases(self) -> list[tuple[str, str | None, str | None]]:
        """Return the kind of every case, its parcel, and its resolution."""
        rows: list[tuple[str, str | None, str | None]] = []
        for which in ("open", "resolved"):
            listed = (await self.api.get(f"/cases?limit=200&filter={which}")).json()["items"]
            for each in listed:
                proofs = {x["name"]: x["value"] for x in each["proofs"]}
                rows.append((each["kind"], proofs.get("parcel"), each["resolution"]))
        return sorted(rows, key=str)


class Photos:
    """A store that has these attachments."""

    def __init__(self, *known: UUID) -> None:
        self.known = set(known)

    async def missing(self, attachments: Sequence[UUID]) -> UUID | None:
        """Return the first that it does not have."""
        return next((each for each in attachments if each not in self.known), None)
