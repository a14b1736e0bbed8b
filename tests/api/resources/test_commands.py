"""Many commands at once: one outcome each, in order."""

import asyncio
from typing import Any

import pytest

from gotovo.api.resources.commands import SHORT_COMMANDS
from gotovo.http.limits import ClientLimits
from gotovo.http.slices import Slices
from gotovo.order.values.number import draw
from tests.support.api.limited import limited
from tests.support.api.network import ALINA, MUG, PLACE, Api, Network, captured


async def test_each_command_has_its_outcome_in_order(api: Api) -> None:
    number = (await api.place())["number"]
    commands = [
        {"id": "a", "order": number, "step": "payment"} | captured(number),
        {"id": "b", "order": number, "step": "shelving"},
        {"id": "c", "order": number, "step": "picking"},
        {"id": "d", "order": number, "step": "picking"},
        PLACE | {"id": "f", "step": "placement", "external_id": "SHOP-5"},
    ]

    answer = await api.post("/commands", {"commands": commands})

    assert answer.status_code == 200
    outcomes = answer.json()["outcomes"]
    assert [o["id"] for o in outcomes] == ["a", "b", "c", "d", "f"]
    assert [o["outcome"] for o in outcomes] == [
        "done",
        "refused",
        "done",
        "already_done",
        "done",
    ]
    assert outcomes[0]["order"]["status"] == "processing"
    assert outcomes[1]["problem"]["code"] == "stage_forbids"
    assert outcomes[2]["order"]["stage"] == "picking"
    assert outcomes[4]["order"]["external_id"] == "SHOP-5"
    assert outcomes[4]["number"] == outcomes[4]["order"]["number"]


async def test_a_list_sent_again_answers_the_same_and_changes_nothing(api: Api) -> None:
    commands = [PLACE | {"id": f"c-{n}", "step": "placement"} for n in range(20)]

    first = await api.post("/commands", {"commands": commands}, "storefront")
    again = await api.post("/commands", {"commands": commands}, "storefront", key="another")

    assert again.content == first.content
    assert len((await api.get(f"/orders?customer={ALINA}&limit=200")).json()["items"]) == 20


async def test_an_id_used_for_another_command_fails_that_one_alone(api: Api) -> None:
    first = PLACE | {"id": "one", "step": "placement"}
    await api.post("/commands", {"commands": [first]}, "storefront")
    changed = first | {"external_id": "other"}
    fresh = PLACE | {"id": "two", "step": "placement"}

    answer = await api.post("/commands", {"commands": [changed, fresh]}, "storefront")

    outcomes = answer.json()["outcomes"]
    assert [o["outcome"] for o in outcomes] == ["failed", "done"]
    assert outcomes[0]["problem"]["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("count", [SHORT_COMMANDS, SHORT_COMMANDS + 1])
async def test_others_are_served_between_the_commands_of_a_long_list(
    network: Network, count: int
) -> None:
    """Each command is a slice of its own here: it is read, decoded, entered and encoded."""
    number = draw(home=7, index=7)
    commands = [{"id": str(n), "order": number, "step": "picking"} for n in range(count)]
    turns, is_done = 0, False

    async def others() -> None:
        nonlocal turns
        while not is_done:
            turns += 1
            await asyncio.sleep(0)

    worked_in = set[int]()

    def clock() -> float:
        worked_in.add(turns)
        return 0.0

    async with limited(network, ClientLimits(), slices=Slices(0, clock)) as (api, _):
        beside = asyncio.create_task(others())
        answer = await api.post("/commands", {"commands": commands})
        is_done = True
        await beside
    assert {each["outcome"] for each in answer.json()["outcomes"]} == {"refused"}
    if count > SHORT_COMMANDS:
        assert len(worked_in) >= 4 * count
    else:
        assert worked_in == set()


async def test_a_thousand_commands_are_taken_and_one_more_is_not(api: Api) -> None:
    number = (await api.place())["number"]
    commands = [
        {"id": str(n), "order": number, "step": "attention", "flag": "late"} for n in range(1_001)
    ]

    most = await api.post("/commands", {"commands": commands[:1_000]})
    too_many = await api.post("/commands", {"commands": commands})

    kinds = [o["outcome"] for o in most.json()["outcomes"]]
    assert kinds == ["done"] + ["already_done"] * 999
    assert too_many.status_code == 422
    assert too_many.json()["field"] == "commands"


@pytest.mark.parametrize(
    ("commands", "field"),
    [
        ([{"id": "a", "order": "123", "step": "picking"}], "commands[0].order"),
        ([{"id": "a", "step": "picking"}], "commands[0].order"),
        ([{"order": "123", "step": "picking"}], "commands[0].id"),
        ([{"id": "a", "order": "123"}], "commands[0].step"),
        ([{"id": "a", "order": "123", "step": "dancing"}], "commands[0].step"),
        ([{"id": "a", "order": "123", "step": "storage-expiry"}], "commands[0].step"),
        (
            [
                PLACE | {"id": "a", "step": "placement"},
                PLACE | {"id": "b", "step": "placement", "lines": [MUG | {"price": "x"}]},
            ],
            "commands[1].lines[0].price",
        ),
        (
            [
                PLACE | {"id": "a", "step": "placement"},
                PLACE | {"id": "b", "step": "placement", "customer": {"phone": "12"}},
            ],
            "commands[1].customer.phone",
        ),
        ([PLACE | {"id": "a", "step": "placement"}] * 2, "commands[1].id"),
        ([], "commands"),
        ("all of them", "commands"),
    ],
    ids=range(11),
)
async def test_a_fault_in_the_list_names_the_index_and_nothing_is_done(
    api: Api, commands: Any, field: str
) -> None:
    answer = await api.post("/commands", {"commands": commands})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    assert answer.json()["field"] == field
    assert (await api.get("/orders")).json()["items"] == []


async def test_roles_hold_for_each_command_of_a_list(api: Api) -> None:
    number = (await api.ready())["number"]
    commands = [
        {"id": "a", "order": number, "step": "picking"},
        {"id": "b", "order": number, "step": "handover", "code": api.code(number)},
    ]

    outcomes = (await api.post("/commands", {"commands": commands}, "point")).json()["outcomes"]

    assert outcomes[0]["problem"]["code"] == "not_permitted"
    assert outcomes[1]["order"]["outcome"] == "issued"
    assert outcomes[1]["order"]["customer"]["phone"] == "+7 9** ***-**-47"


@pytest.mark.parametrize("preference", ["return=minimal", "respond-async, Return=Minimal; x=1"])
async def test_orders_are_left_out_for_who_prefers_that(api: Api, preference: str) -> None:
    number = (await api.place())["number"]
    commands = [
        {"id": "a", "order": number, "step": "payment"} | captured(number),
        {"id": "b", "order": number, "step": "shelving"},
    ]

    answer = await api.post("/commands", {"commands": commands}, Prefer=preference)

    assert answer.headers["preference-applied"] == "return=minimal"
    done, refused = answer.json()["outcomes"]
    assert (done["outcome"], done["number"], done["order"]) == ("done", number, None)
    assert done["version"] == 2
    assert refused["problem"]["code"] == "stage_forbids"


async def test_another_preference_leaves_the_orders_in(api: Api) -> None:
    number = (await api.place())["number"]
    commands = [{"id": "a", "order": number, "step": "payment"} | captured(number)]

    answer = await api.post("/commands", {"commands": commands}, Prefer="wait=5")

    assert "preference-applied" not in answer.headers
    assert answer.json()["outcomes"][0]["order"]["number"] == number
