"""Random work with return boxes against a model: no parcel is lost, doubled, or in a shut box."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gotovo.store.audit.box_checks import BoxChecks
from gotovo.value import Value
from tests.support.api.network import Api
from tests.support.desk.boxes import BoxDesk

PARCELS, BOXES = 3, 3


class Act(Value, frozen=True):
    """Something that a clerk does with a parcel, a box, or both."""

    what: str
    parcel: int = 0
    box: int = 0
    large: bool = False


class Model:
    """What boxes should hold, by a list for each of them."""

    def __init__(self) -> None:
        self.inside: list[list[int]] = [[] for _ in range(BOXES)]
        self.state = ["open"] * BOXES
        self.single = [False] * BOXES
        self.moves = [0] * PARCELS

    def box_of(self, parcel: int) -> int | None:
        """Return the box that a parcel is in."""
        return next((n for n, inside in enumerate(self.inside) if parcel in inside), None)

    def put(self, act: Act) -> str:
        """Put a parcel into a box; return what has to be said."""
        lies = self.box_of(act.parcel)
        if lies == act.box:
            return "already_there"
        if lies is not None and self.state[lies] != "open":
            return "parcel_in_closed_box"
        if self.state[act.box] != "open":
            return "box_closed"
        if self.single[act.box] or (act.large and self.inside[act.box]):
            return "box_large_alone"
        if lies is not None and self.moves[act.parcel] == 2:
            return "box_moved_too_often"
        if lies is not None:
            self.inside[lies].remove(act.parcel)
            self.single[lies] = False
            self.moves[act.parcel] += 1
        self.inside[act.box].append(act.parcel)
        self.single[act.box] = act.large
        return "put" if lies is None else "moved"

    def take_out(self, act: Act) -> str:
        """Take a parcel out of a box."""
        if act.parcel not in self.inside[act.box]:
            return "parcel_not_in_box"
        if self.state[act.box] != "open":
            return "box_closed"
        self.inside[act.box].remove(act.parcel)
        self.single[act.box] = False
        return "moved"

    def seal(self, box: int) -> str:
        """Seal a box."""
        if self.state[box] == "open":
            if not self.inside[box]:
                return "box_empty"
            self.state[box] = "sealed"
        return self.state[box]

    def hand_over(self, box: int) -> str:
        """Give a box to a driver."""
        if self.state[box] != "sealed":
            return "box_not_sealed"
        self.state[box] = "handed_over"
        return "handed_over"


NUMBER = st.integers(0, PARCELS - 1)
ACTS = st.lists(
    st.one_of(
        st.builds(Act, st.just("put"), NUMBER, NUMBER, st.booleans()),
        st.builds(Act, st.just("put"), NUMBER, NUMBER),
        st.builds(Act, st.just("take_out"), NUMBER, NUMBER),
        st.builds(Act, st.just("seal"), box=NUMBER),
        st.builds(Act, st.just("hand_over"), box=NUMBER),
    ),
    max_size=16,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, loses_answers=st.booleans())
async def test_random_work_with_boxes_equals_the_model(
    api: Api, acts: list[Act], *, loses_answers: bool
) -> None:
    """With lost answers every command is sent twice, as by a device whose process was killed."""
    desk = BoxDesk(api)
    await desk.set_up()
    parcels = await desk.cancelled(boxes=PARCELS)
    boxes = [await desk.open_box() for _ in range(BOXES)]
    model = Model()
    for step, act in enumerate(acts):
        key = f"{boxes[0]}-{step}"
        told = await do(desk, act, parcels, boxes, key)
        wanted = getattr(model, act.what)(act if act.what in {"put", "take_out"} else act.box)
        assert told == wanted, act
        if loses_answers and act.what == "put" and told in {"put", "moved"}:
            await api.network.pool.execute("delete from idempotency")
            assert await do(desk, act, parcels, boxes, key) == told
    for number, box in enumerate(boxes):
        assert set(await desk.contents(box)) == {parcels[x] for x in model.inside[number]}
    listed = {x["parcel"] for x in (await desk.leaving())["items"]}
    own = {x for x in listed if x in parcels}
    assert own == {parcels[x] for x in range(PARCELS) if model.box_of(x) is None}
    async with api.network.pool.acquire() as connection:
        raw: Any = connection
        assert [x for check in BoxChecks(raw).checks.values() for x in await check()] == []


async def do(desk: BoxDesk, act: Act, parcels: list[str], boxes: list[str], key: str) -> str:
    """Return what is said to an act: an answer, a state, or the code of a problem."""
    parcel, box = parcels[act.parcel], boxes[act.box]
    match act.what:
        case "put":
            body = {"parcel": parcel} | ({"size": "L"} if act.large else {})
            answer = await desk.post(f"/boxes/{box}/items", body, key)
        case "take_out":
            answer = await desk.post(f"/boxes/{box}/removals", {"parcel": parcel}, key)
        case "seal":
            answer = await desk.post(f"/boxes/{box}/sealing", {"box": box}, key)
        case _:
            answer = await desk.post("/box-handovers", {"boxes": [box]}, key)
    told = answer.json()
    if act.what == "hand_over" and "boxes" in told:
        return told["boxes"][0]["state"]
    return told.get("code") if answer.status_code >= 400 else told.get("answer", told.get("state"))
