"""Corrections at a desk: who works elsewhere undoes nothing, and a repeat is the same answer."""

from tests.support.api.network import Api
from tests.support.desk.shelf import ready


async def test_a_hand_over_is_undone_at_its_own_desk(api: Api) -> None:
    """Rule 4.14."""
    number = await ready(api)
    await api.step(number, "handover", "point", code=api.code(number))
    body = {"order": number, "note": "the parcel of the next buyer"}
    elsewhere = await api.post("/points/KZN-1/corrections", body, "other-point")
    assert elsewhere.json()["code"] == "wrong_point"
    other = await api.post("/points/KZN-2/corrections", body, "admin")
    assert other.status_code >= 403, other.text
    undone = await api.post("/points/KZN-1/corrections", body, "point", "undo")
    assert (undone.status_code, undone.json()["stage"]) == (200, "shelved"), undone.text
    again = await api.post("/points/KZN-1/corrections", body, "point", "undo")
    assert again.content == undone.content


async def test_an_approval_that_nobody_granted_undoes_nothing(api: Api) -> None:
    number = await ready(api)
    await api.step(number, "handover", "point", code=api.code(number))
    body = {
        "order": number,
        "note": "a mistake",
        "approval": "0b9f3c1e-2f0a-4b45-9d0c-0c4f4c1d8a10",
    }
    answer = await api.post("/points/KZN-1/corrections", body, "point")
    assert (answer.status_code, answer.json()["code"]) == (403, "approval_required")
    assert (answer.json()["field"], answer.json()["value"]) == ("approval", "unknown")
