"""Whatever comes in, the answer is a problem that names what is wrong, and never a 500."""

import msgspec
import pytest

from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.json_scan import DEPTH_MAX
from tests.support.api.network import MUG, PLACE, Api


def body_with(**changes: object) -> bytes:
    return msgspec.json.encode(PLACE | changes)


LARGE = b'{"customer": "' + b"a" * JSON_BYTES_MAX + b'"}'
DEEP = b'{"customer": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BELOW_DEEP = b'{"external_id": ' + b"[" * DEPTH_MAX + b"]" * DEPTH_MAX + b"}"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"not json", 400, "malformed_json"),
        (b"\xff\xfe{}", 400, "malformed_json"),
        (b'{"external_id": "\xed\xa0\x80"}', 400, "malformed_json"),
        (b'{"external_id": "\\ud800"}', 400, "malformed_json"),
        (b'{"external_id": "\\ud800x"}', 400, "malformed_json"),
        (b'{"external_id": "a\\u0000b"}', 400, "unfit_text"),
        (b'{"external_id": "a\x00b"}', 400, "unfit_text"),
        (b'{"external_id": "a\\u001bb"}', 400, "unfit_text"),
        (b'{"external_id": "\\u200b"}', 400, "unfit_text"),
        (b'{"external_id": "a", "external_id": "a"}', 400, "duplicate_name"),
        (b'{"external_id": 9223372036854775808}', 400, "integer_too_large"),
        (b'{"external_id": -9223372036854775809}', 400, "integer_too_large"),
        (b'{"external_id": ' + b"9" * 200_000 + b"}", 400, "integer_too_large"),
        (b"[" * 100_000, 400, "too_deep"),
        (DEEP, 400, "too_deep"),
        (BELOW_DEEP, 400, "too_deep"),
        (LARGE, 413, "body_too_large"),
        (b"[{", 400, "malformed_json"),
        (b"0\xbd\xff\xf1", 400, "malformed_json"),
        (b'{"lines": 5, "customer": ', 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b"null", 422, "invalid_body"),
        (b"{}", 422, "invalid_body"),
        (b"", 422, "invalid_body"),
    ],
    ids=range(25),
)
async def test_a_body_that_cannot_be_read_is_refused_at_the_edge(
    api: Api, body: bytes, status: int, code: str
) -> None:
    answer = await api.post("/orders", body, "storefront")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(code)


@pytest.mark.parametrize(
    ("body", "field", "value", "expected"),
    [
        (body_with(lines=[MUG | {"price": "x"}]), "lines[0].price", "x", "int | object"),
        (body_with(lines=[MUG, MUG | {"quantity": 0}]), "lines[1].quantity", "0", "int >= 1"),
        (body_with(lines=[MUG | {"quantity": 1.5}]), "lines[0].quantity", "1.5", "int"),
        (body_with(lines=[MUG | {"price": -1}]), "lines[0].price", "-1", "int >= 0"),
        (body_with(lines=[]), "lines", "", "array of length >= 1"),
        (body_with(customer={"phone": "abc"}), "customer.phone", "abc", "like +79001234567"),
        (body_with(customer={}), "customer.phone", "", "present"),
        (body_with(delivery={"method": "drone"}), "delivery.method", "drone", "pickup, courier"),
        (body_with(at="yesterday"), "at", "yesterday", None),
        (body_with(at="2026-11-22T10:00:00"), "at", "2026-11-22T10:00:00", None),
        (body_with(at="1999-12-31T00:00:00Z"), "at", "1999-12-31T00:00:00+00:00", "2000..2199"),
        (body_with(at="9999-12-31T23:59:59-23:59"), "at", None, "2000..2199"),
        (body_with(at="0001-01-01T00:00:00+23:59"), "at", None, "2000..2199"),
        (body_with(external_id="x" * 101), "external_id", "x" * 101, "str of length <= 100"),
        (body_with(extrnal_id="x"), "extrnal_id", "x", None),
        (body_with(currency="RUB\n"), "currency", "RUB\n", "an ISO 4217 code, like RUB"),
        (body_with(currency="RUR"), "currency", "RUR", "an ISO 4217 code, like RUB"),
        (
            body_with(customer=PLACE["customer"] | {"email": "anna@localhost"}),
            "customer.email",
            "anna@localhost",
            "like anna@example.com",
        ),
    ],
    ids=range(18),
)
async def test_a_wrong_field_is_named_with_its_value_and_what_was_expected(
    api: Api, body: bytes, field: str, value: str | None, expected: str | None
) -> None:
    answer = await api.post("/orders", body, "storefront")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_body")
    assert problem["field"] == field
    assert value is None or problem.get("value", "") == value
    assert expected is None or problem["expected"] == expected
    assert problem["expected"]


async def test_a_refusal_is_told_in_the_readers_language(api: Api) -> None:
    body = PLACE | {"lines": [MUG | {"sku": "NO-SUCH"}]}

    ru = (await api.post("/orders", body, Accept_Language="ru")).json()
    en = (await api.post("/orders", body, Accept_Language="en")).json()

    assert ru["detail"] == (
        "Такого артикула нет ни на одном складе, с которого можно отправить заказ."
    )
    assert en["detail"] == ("No warehouse that could serve the order has ever stocked this SKU.")
    assert (en["field"], en["value"]) == ("lines[0].sku", "NO-SUCH")


async def test_a_refused_step_says_where_the_order_stands(api: Api) -> None:
    number = (await api.place())["number"]

    answer = await api.post(f"/orders/{number}/handover", {}, "point")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "unpaid")
    assert (problem["stage"], problem["order_status"]) == ("placed", "awaiting_payment")
    assert problem["instance"] == f"/api/v1/orders/{number}/handover"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("status=lost", "status"),
        ("stage=nowhere", "stage"),
        ("after=zzz", "after"),
        ("after=%C3%A9", "after"),
        ("colour=red", "colour"),
        ("q=a&q=b", "q"),
        ("q=%ff", ""),
        ("q=" + "x" * 9_000, ""),
    ],
)
async def test_a_wrong_query_parameter_is_named(api: Api, query: str, field: str) -> None:
    answer = await api.get(f"/orders?{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    assert answer.json().get("field", "") == field


async def test_the_zero_character_is_refused_wherever_it_comes_from(api: Api) -> None:
    assert (await api.get("/orders?q=a%00b")).json()["code"] == "unfit_text"
    assert (await api.get("/orders/12%0034")).status_code == 404
    assert (await api.get("/customers/%00")).status_code == 404
    assert (await api.post("/keys", {"name": "a\0b", "role": "admin"})).status_code == 400


async def test_only_json_is_taken(api: Api) -> None:
    form = await api.post("/orders", b"a=b", Content_Type="application/x-www-form-urlencoded")
    latin = await api.post("/orders", b"{}", Content_Type="application/json; charset=latin-1")
    packed = await api.post("/orders", b"{}", Content_Encoding="gzip")

    for answer in (form, latin, packed):
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_an_unknown_address_and_an_unknown_method_are_told_apart(api: Api) -> None:
    nowhere = await api.client.get("/api/v1/nowhere")
    slash = await api.client.get("/api/v1/orders/")
    method = await api.client.delete("/api/v1/orders")

    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")
    assert slash.status_code == 404
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")
    assert method.headers["allow"] == "GET, HEAD, OPTIONS, POST"


async def test_head_is_a_get_without_its_body_and_options_lists_the_methods(api: Api) -> None:
    headers = api.headers("admin", {})

    get = await api.client.get("/api/v1/orders", headers=headers)
    head = await api.client.head("/api/v1/orders", headers=headers)
    options = await api.client.options("/api/v1/orders")

    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(get.content))
    assert head.content == b""
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")


async def test_every_answer_is_marked_and_never_kept_by_a_cache(api: Api) -> None:
    response = await api.get("/orders", X_Request_Id="asked-1")
    drawn = await api.get("/orders", X_Request_Id="not fit to log")

    assert response.headers["x-request-id"] == "asked-1"
    assert drawn.headers["x-request-id"] != "not fit to log"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-length"] == str(len(response.content))


async def test_a_key_cannot_claim_a_hand_over_without_a_code(api: Api) -> None:
    number = (await api.ready())["number"]
    response = await api.post(f"/orders/{number}/handover", {"fact": True}, by="point")
    assert (response.status_code, response.json()["field"]) == (422, "fact")
    assert (await api.get(f"/orders/{number}")).json()["status"] == "ready_for_pickup"
