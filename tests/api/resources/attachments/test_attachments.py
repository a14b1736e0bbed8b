"""Photos and files through the API: stored once, shown to those concerned, removed for a reason."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image

from gotovo.api import application
from gotovo.attachments.content_check import FILE_BYTES_MAX
from gotovo.store.tables.attachments import attachments as stored_attachments
from gotovo.store.tables.attachments.attachment import AttachmentKind, AttachmentPurpose
from tests.support.api.network import Api
from tests.support.api.things import new_attachment, new_case
from tests.support.attachments.samples import CAMERA, PDF, hostile_files, photo

ACCEPTANCE = "00000000-0000-4000-8000-00000000000a"


async def add(
    api: Api, about: str, sent: bytes, by: str = "point", key: str = "", **headers: str
) -> httpx.Response:
    """Send a file about something."""
    headers.setdefault("Content_Type", "application/octet-stream")
    return await api.post(f"/attachments?{about}", sent, by, key, **headers)


async def added(api: Api, about: str, sent: bytes, by: str = "point") -> dict[str, Any]:
    """Send a file that must be stored; return what is known of it."""
    answer = await add(api, about, sent, by)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_photo_is_made_anew_and_shown_to_the_point(api: Api) -> None:
    number = (await api.place())["number"]
    known = await added(api, f"order={number}", photo())
    assert (known["type"], known["width"], known["height"]) == ("image/jpeg", 1600, 800)
    assert (known["kind"], known["subject"], known["purpose"]) == ("order", number, "condition")
    shown = await api.get(f"/attachments/{known['id']}", "point")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert len(shown.content) == known["size"]
    assert CAMERA.encode() not in shown.content
    small = await api.get(f"/attachments/{known['id']}?size=thumbnail", "point")
    with Image.open(BytesIO(small.content)) as thumbnail:
        assert thumbnail.size == (320, 160)


async def test_a_file_is_stored_as_it_is_and_only_saved(api: Api) -> None:
    number = (await api.place())["number"]
    known = await added(api, f"order={number}", PDF)
    assert "width" not in known
    for size in ("full", "thumbnail"):
        shown = await api.get(f"/attachments/{known['id']}?size={size}", "point")
        assert shown.content == PDF
        assert shown.headers["content-disposition"].startswith("attachment;")
        assert shown.headers["x-content-type-options"] == "nosniff"


async def test_the_same_request_and_the_same_bytes_are_stored_once(api: Api) -> None:
    number, other = [(await api.place())["number"] for _ in range(2)]
    first = await add(api, f"order={number}", photo(), key="one")
    again = await add(api, f"order={number}", photo(), key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert (await added(api, f"order={number}", photo()))["id"] == first.json()["id"]
    elsewhere = await add(api, f"order={other}", photo(), key="one")
    assert elsewhere.json()["code"] == "idempotency_key_reused"
    listed = (await api.get(f"/orders/{number}/attachments")).json()["items"]
    assert [each["id"] for each in listed] == [first.json()["id"]]


@pytest.mark.parametrize("name", hostile_files())
async def test_of_a_hostile_file_nothing_is_stored(api: Api, name: str) -> None:
    number = (await api.place())["number"]
    answer = await add(api, f"order={number}", hostile_files()[name], Content_Type="image/jpeg")
    assert answer.status_code in {413, 415, 422}, (name, answer.text)
    problem = answer.json()
    assert problem["field"] == "body"
    assert problem["expected"]
    assert await api.network.pool.fetchval("select count(*) from attachment") == 0


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(api: Api) -> None:
    number = (await api.place())["number"]
    answer = await add(api, f"order={number}", bytes(FILE_BYTES_MAX + 1))
    assert (answer.status_code, answer.json()["expected"]) == (413, str(FILE_BYTES_MAX))


async def test_a_form_is_told_that_the_body_is_the_file(api: Api) -> None:
    number = (await api.place())["number"]
    for sent in ("application/json", "multipart/form-data; boundary=x"):
        answer = await add(api, f"order={number}", photo(), Content_Type=sent)
        assert answer.status_code == 415
        assert "image/jpeg" in answer.json()["expected"]


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ("", "order"),
        (f"order=1&acceptance={ACCEPTANCE}", "order"),
        ("order=12", "order"),
        ("order=123456789012", "order"),
        ("acceptance=today", "acceptance"),
        (f"acceptance={ACCEPTANCE}&point=KZN-2", "point"),
        ("order=123456789012&purpose=art", "purpose"),
        ("shelf=3", "shelf"),
    ],
)
async def test_what_it_is_about_has_to_be_said_and_to_exist(
    api: Api, about: str, field: str
) -> None:
    answer = await add(api, about, photo())
    assert answer.status_code in {404, 422}
    assert answer.json()["field"] == field


async def test_an_acceptance_is_its_points_and_the_networks_alone(api: Api) -> None:
    known = await added(api, f"acceptance={ACCEPTANCE}", photo())
    path = f"/attachments/{known['id']}"
    for by, status in (("point", 200), ("other-point", 404), ("admin", 200), ("book-admin", 404)):
        assert (await api.get(path, by)).status_code == status, by
    box = await added(api, "box=BOX-7&point=KZN-2", photo(), "support")
    assert (await api.get(f"/attachments/{box['id']}", "other-point")).status_code == 200
    assert (await api.get(f"/attachments/{box['id']}", "point")).status_code == 404


async def test_proofs_of_a_case_are_the_offices(api: Api) -> None:
    number = (await api.place("storefront"))["number"]
    case = await new_case(api, number, "")
    known = await added(api, f"case={case}", PDF, "support")
    assert (known["kind"], known["purpose"]) == ("case", "proof")
    path = f"/attachments/{known['id']}"
    assert (await api.get(path, "point")).status_code == 404
    assert (await api.get(path, "book-support")).status_code == 404
    assert (await add(api, f"case={case}", PDF, "point")).json()["code"] == "not_permitted"
    assert (await add(api, f"case={uuid4()}", PDF, "support")).json()["code"] == "unknown_case"
    listed = [await api.get(f"/orders/{number}/attachments", by) for by in ("support", "point")]
    ids = [[each["id"] for each in answer.json()["items"]] for answer in listed]
    assert ids == [[known["id"]], []]


async def test_what_the_office_removes_is_gone_and_still_told(api: Api) -> None:
    number = (await api.place())["number"]
    known = await added(api, f"order={number}", photo())
    path = f"/attachments/{known['id']}"
    headers = api.headers("support", {})
    refused = await api.client.delete(f"/api/v1{path}", headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (422, "reason")
    for reason in ("shows_a_person", "unlawful"):
        gone = await api.client.delete(f"/api/v1{path}?reason={reason}", headers=headers)
        assert gone.json()["removal_reason"] == "shows_a_person", "the first reason stays"
    shown = await api.get(path, "point")
    assert (shown.status_code, shown.json()["code"]) == (410, "attachment_removed")
    (listed,) = (await api.get(f"/orders/{number}/attachments")).json()["items"]
    assert (listed["digest"], listed["removal_reason"]) == (known["digest"], "shows_a_person")
    row = await api.network.pool.fetchrow("select content, thumbnail, removed_by from attachment")
    assert row is not None
    assert (row["content"], row["thumbnail"]) == (None, None)
    assert row["removed_by"].startswith("support:")
    assert (await added(api, f"order={number}", photo()))["id"] != known["id"]


async def test_each_look_at_an_orders_picture_is_logged(api: Api) -> None:
    number = (await api.place())["number"]
    picture = await new_attachment(api, number, AttachmentPurpose.CLAIM)
    await api.get(f"/attachments/{picture}", "point")
    await api.network.dependencies.access_log.write()
    rows = await api.network.pool.fetch(
        "select actor from order_look where subject = $1 and actor like 'point:%'", number
    )
    assert len(rows) == 1


async def test_an_order_has_room_for_so_many(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stored_attachments.COUNT_MAX, AttachmentKind.ORDER, 2)
    number = (await api.place())["number"]
    for height in (20, 30):
        await added(api, f"order={number}", photo("PNG", (40, height)))
    full = await add(api, f"order={number}", photo("PNG", (40, 50)))
    assert (full.status_code, full.json()["code"]) == (409, "too_many_attachments")


async def test_nobody_adds_more_than_a_quota_allows(api: Api) -> None:
    number = (await api.place())["number"]
    limits = api.network.dependencies.attachments
    for _ in range(150):
        await limits.charge(f"point:{api.network.ids['point']}", is_buyer=False)
    refused = await add(api, f"order={number}", photo())
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    await added(api, f"order={number}", photo(), "support")


async def test_an_id_says_its_home_and_no_more(api: Api) -> None:
    number = (await api.place())["number"]
    ids = {UUID((await added(api, f"order={number}", photo("PNG", (40, n))))["id"]) for n in (4, 5)}
    assert len({each.bytes[0] for each in ids}) == 1
    assert len({each.bytes[1:] for each in ids}) == 2


async def test_a_slow_line_has_the_time_that_a_photo_needs(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A JSON body has five seconds, and here next to none."""
    monkeypatch.setattr(application, "BODY_SECONDS_MAX", 0.01)
    number = (await api.place())["number"]
    sent = photo()

    async def slowly() -> AsyncIterator[bytes]:
        for begin in range(0, len(sent), 4_000):
            await asyncio.sleep(0.01)
            yield sent[begin : begin + 4_000]

    headers = api.headers("point", {"Idempotency-Key": "slow", "Content-Type": "image/jpeg"})
    path = f"/api/v1/attachments?order={number}"
    answer = await api.client.post(path, content=slowly(), headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["width"] == 1600
