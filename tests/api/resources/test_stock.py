"""Stock by hand: a receipt counts once, and nothing that was promised is taken off."""

import pytest

from tests.support.api.network import MUG, Api, captured

RECEIPT = {
    "warehouse": "KZN",
    "reason": "delivery note 7",
    "entries": [{"sku": "CUP", "delta": 10, "title": "Чашка"}, {"sku": "MUG-RED", "delta": 5}],
}


async def test_a_receipt_sent_twice_counts_once(api: Api) -> None:
    first = await api.post("/stock", RECEIPT, "warehouse", key="note-7")
    again = await api.post("/stock", RECEIPT, "warehouse", key="note-7")

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    levels = {level["sku"]: level for level in first.json()["levels"]}
    assert levels["CUP"]["available"] == 10
    assert levels["MUG-RED"]["on_hand"] == 1_000_005


async def test_what_was_promised_cannot_be_taken_off(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    off = {"warehouse": "KZN", "reason": "count"}

    too_many = await api.post("/stock", off | {"entries": [{"sku": "MUG-RED", "delta": -(10**6)}]})
    never_there = await api.post("/stock", off | {"entries": [{"sku": "NEW", "delta": -1}]})
    as_many = await api.post("/stock", off | {"entries": [{"sku": "MUG-RED", "delta": 2 - 10**6}]})

    problem = too_many.json()
    assert (too_many.status_code, problem["code"]) == (409, "stock_below_reserved")
    assert (problem["field"], problem["value"]) == ("entries[0].delta", "-1000000")
    assert problem["expected"] == "int >= -999998"
    problem = never_there.json()
    assert (never_there.status_code, problem["code"]) == (409, "stock_below_zero")
    assert (problem["field"], problem["value"]) == ("entries[0].delta", "-1")
    assert problem["expected"] == "int >= 0"
    assert as_many.json()["levels"][0]["available"] == 0


async def test_the_entry_that_takes_off_too_much_is_named(api: Api) -> None:
    entries = [
        {"sku": "CUP", "delta": 10},
        {"sku": "CUP", "delta": -7},
        {"sku": "CUP", "delta": -4},
    ]
    answer = await api.post("/stock", RECEIPT | {"entries": entries})

    problem = answer.json()
    assert (problem["code"], problem["field"]) == ("stock_below_zero", "entries[2].delta")
    assert (problem["value"], problem["expected"]) == ("-4", "int >= -3")
    assert (await api.get("/stock/KZN/CUP")).status_code == 404


async def test_an_entry_of_nothing_renames_goods_or_is_refused(api: Api) -> None:
    nothing = await api.post("/stock", RECEIPT | {"entries": [{"sku": "MUG-RED", "delta": 0}]})
    renamed = await api.post(
        "/stock", RECEIPT | {"entries": [{"sku": "MUG-RED", "delta": 0, "title": "Mug"}]}
    )

    assert (nothing.status_code, nothing.json()["field"]) == (422, "entries[0].delta")
    assert renamed.json()["levels"][0]["title"] == "Mug"


async def test_goods_received_can_be_sold(api: Api) -> None:
    cup = MUG | {"sku": "CUP"}
    unknown = await api.post(
        "/orders",
        {
            "customer": {"phone": "+79001234547"},
            "lines": [cup],
            "delivery": {"method": "pickup", "point": "KZN-1"},
        },
    )

    await api.post("/stock", RECEIPT)

    assert unknown.json()["code"] == "unknown_sku"
    await api.place(lines=[cup])


async def test_a_sku_tells_what_was_done_to_it_by_hand(api: Api) -> None:
    await api.post("/stock", RECEIPT, "warehouse")

    sku = (await api.get("/stock/KZN/CUP", "support")).json()

    assert sku["level"]["on_hand"] == 10
    assert [(e["delta"], e["reason"]) for e in sku["entries"]] == [(10, "delivery note 7")]
    assert sku["entries"][0]["actor"] == f"warehouse:{api.network.ids['warehouse']}"
    assert (await api.get("/stock/KZN/NEVER")).json()["code"] == "unknown_sku"


@pytest.mark.parametrize("by", ["storefront", "book-storefront", "book-admin"])
async def test_a_shop_sees_what_changed_and_neither_who_changed_it_nor_why(
    api: Api, by: str
) -> None:
    """Rule 4.18: the network's people may write of another shop's order."""
    number = (await api.place())["number"]
    entry = {"sku": "MUG-RED", "delta": -1}
    body = {"warehouse": "KZN", "reason": f"broken, {number}", "entries": [entry]}
    assert (await api.post("/stock", body, "warehouse")).status_code == 201
    seen = await api.get("/stock/KZN/MUG-RED", by)
    (told,) = seen.json()["entries"]
    assert (told["delta"], told["reason"], told["actor"]) == (-1, "", "warehouse")
    assert number not in seen.text
    (whole,) = (await api.get("/stock/KZN/MUG-RED", "admin")).json()["entries"]
    assert whole["reason"] == f"broken, {number}"


async def test_stock_is_listed_page_by_page(api: Api) -> None:
    first = (await api.get("/stock?limit=1")).json()
    second = (await api.get(f"/stock?limit=1&warehouse=KZN&after={first['next']}")).json()

    assert [x["sku"] for x in first["items"] + second["items"]] == ["LAST-ONE", "MUG-RED"]
    assert second["next"] is None
    assert (await api.get("/stock?warehouse=EKB")).json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"warehouse": "NO"}, "warehouse"),
        ({"entries": []}, "entries"),
        ({"entries": [{"sku": "CUP", "delta": 10**9 + 1}]}, "entries[0].delta"),
        ({"reason": ""}, "reason"),
    ],
)
async def test_a_wrong_entry_names_its_field(
    api: Api, change: dict[str, object], field: str
) -> None:
    answer = await api.post("/stock", RECEIPT | change)

    assert answer.status_code in {404, 422}
    assert answer.json()["field"] == field


async def test_only_the_warehouse_keeps_the_stock(api: Api) -> None:
    for by in ("storefront", "point", "courier", "support"):
        assert (await api.post("/stock", RECEIPT, by)).status_code == 403
