"""The terms of a shop's receipts are put by the network, field by field checked."""

from typing import Any

import pytest

from gotovo.api.schemas.examples import RECEIPT_TERMS_EXAMPLE as TERMS
from tests.support.api.network import BOOKSHOP, Api


async def put(api: Api, shop: str, body: Any, **headers: str) -> Any:
    sent = api.headers("admin", headers)
    return await api.client.put(f"/api/v1/shops/{shop}/receipt-terms", json=body, headers=sent)


async def test_terms_are_put_once_and_changed_by_who_has_read_them(api: Api) -> None:
    none = (await api.get(f"/shops/{BOOKSHOP}/receipt-terms")).json()
    assert none == {"shop": BOOKSHOP, "version": 0, "terms": None}
    made = await put(api, BOOKSHOP, TERMS)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert (await put(api, BOOKSHOP, TERMS)).json()["version"] == 1
    other = TERMS | {"tax_system": "patent"}
    assert (await put(api, BOOKSHOP, other)).status_code == 428
    assert (await put(api, BOOKSHOP, other, If_Match='"7"')).status_code == 412
    assert (await put(api, BOOKSHOP, other, If_Match='"1"')).json()["version"] == 2
    read = (await api.get(f"/shops/{BOOKSHOP}/receipt-terms")).json()
    assert read["terms"]["tax_system"] == "patent"


async def test_the_default_shop_has_terms_too(api: Api) -> None:
    assert (await put(api, "default", TERMS)).status_code == 201
    stored = await api.network.dependencies.fiscal_terms.find("")
    assert stored is not None
    assert stored.terms.inn == TERMS["inn"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"inn": "12"}, "inn"),
        ({"goods": {"vat": "vat20"}}, "goods.vat"),
        ({"goods": {"vat": "vat122"}}, "goods.vat"),
        ({"by_sku": {"A": {"vat": "vat110"}}}, "by_sku.A.vat"),
        ({"colour": 1}, "colour"),
    ],
)
async def test_wrong_terms_are_refused_by_their_field(
    api: Api, changed: dict[str, Any], field: str
) -> None:
    answer = await put(api, BOOKSHOP, TERMS | changed)
    assert answer.status_code in {400, 422}
    assert field in answer.text


async def test_a_shop_that_nobody_has_set_up_is_unknown(api: Api) -> None:
    answer = await put(api, "nowhere", TERMS)
    assert answer.json()["code"] == "invalid_body"
