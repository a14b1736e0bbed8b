"""Shops are set up by the network; keys and orders name them."""

import pytest

from tests.support.api.network import BOOKSHOP, PLACE, Api, Network

TOYS = "toys"


async def put(
    api: Api, code: str, title: str, by: str = "admin", **headers: str
) -> tuple[int, str]:
    """Put a shop and return the status and the entity tag."""
    sent = api.headers(by, headers)
    answer = await api.client.put(f"/api/v1/shops/{code}", json={"title": title}, headers=sent)
    return answer.status_code, answer.headers.get("etag", "")


async def key_of(api: Api, by: str = "admin", **fields: str) -> dict[str, str]:
    """Create a key that must be accepted, and return it."""
    answer = await api.post("/keys", {"name": "new", "role": "storefront"} | fields, by)
    assert answer.status_code == 201, answer.text
    api.network.tokens[answer.json()["id"]] = answer.json()["token"]
    return answer.json()


async def test_a_shop_is_opened_and_renamed_by_who_has_read_it(api: Api) -> None:
    assert await put(api, TOYS, "Игрушки") == (201, '"1"')
    assert await put(api, TOYS, "Игрушки") == (201, '"1"')
    assert (await put(api, TOYS, "Игры"))[0] == 428
    assert (await put(api, TOYS, "Игры", If_Match='"7"'))[0] == 412
    assert await put(api, TOYS, "Игры", If_Match='"1"') == (200, '"2"')
    listed = (await api.get("/shops")).json()["items"]
    assert [(x["code"], x["title"], x["version"]) for x in listed] == [
        (BOOKSHOP, "Книги на Баумана", 1),
        (TOYS, "Игры", 2),
    ]


async def test_shops_are_listed_page_by_page(api: Api) -> None:
    await put(api, TOYS, "Игрушки")
    first = (await api.get("/shops?limit=1")).json()
    second = (await api.get(f"/shops?limit=1&after={first['next']}")).json()
    assert [x["code"] for x in first["items"] + second["items"]] == [BOOKSHOP, TOYS]
    assert second["next"] is None


@pytest.mark.parametrize("code", ["a b", "-toys", "игрушки", "x" * 65])
async def test_a_code_is_plain(api: Api, code: str) -> None:
    answer = await api.client.put(
        f"/api/v1/shops/{code}", json={"title": "x"}, headers=api.headers("admin", {})
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "code")


async def test_a_shop_sees_itself_alone_and_opens_none(api: Api) -> None:
    await put(api, TOYS, "Игрушки")
    listed = (await api.get("/shops", "book-admin")).json()["items"]
    assert [x["code"] for x in listed] == [BOOKSHOP]
    assert (await put(api, "mine", "x", "book-admin"))[0] == 403
    assert (await put(api, BOOKSHOP, "x", "book-admin", If_Match='"1"'))[0] == 403


async def test_a_key_of_a_shop_places_its_orders(api: Api) -> None:
    await put(api, TOYS, "Игрушки")
    key = await key_of(api, shop=TOYS)
    assert key["shop"] == TOYS
    assert (await api.place(key["id"]))["shop"] == TOYS
    assert "shop" not in await key_of(api)


@pytest.mark.parametrize(
    ("by", "fields", "field"),
    [
        ("admin", {"shop": "nobodys"}, "shop"),
        ("admin", {"role": "warehouse", "shop": BOOKSHOP}, "shop"),
        ("admin", {"role": "courier", "shop": BOOKSHOP}, "shop"),
        ("admin", {"role": "point", "point": "KZN-1", "shop": BOOKSHOP}, "shop"),
        ("book-admin", {"shop": "toys"}, "shop"),
        ("book-admin", {"role": "warehouse"}, "role"),
        ("book-admin", {"role": "point", "point": "KZN-1"}, "role"),
    ],
)
async def test_a_key_that_no_shop_can_have_is_not_created(
    api: Api, by: str, fields: dict[str, str], field: str
) -> None:
    answer = await api.post("/keys", {"name": "x", "role": "storefront"} | fields, by)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_an_administrator_of_a_shop_makes_sees_and_revokes_its_keys_alone(
    api: Api, network: Network
) -> None:
    made = await key_of(api, "book-admin", role="support")
    assert made["shop"] == BOOKSHOP
    listed = (await api.get("/keys?limit=200", "book-admin")).json()["items"]
    names = {name for name in network.tokens if name.startswith("book-")}
    assert {x["name"] for x in listed} == names | {"new"}
    headers = api.headers("book-admin", {})
    for name in ("admin", "storefront"):
        path = f"/api/v1/keys/{network.ids[name]}"
        assert (await api.client.delete(path, headers=headers)).status_code == 404
        assert (await api.get("/orders", name)).status_code == 200
    gone = await api.client.delete(f"/api/v1/keys/{made['id']}", headers=headers)
    assert gone.status_code == 204


@pytest.mark.parametrize("by", ["support", "admin"])
async def test_the_network_places_for_a_shop_that_exists(api: Api, by: str) -> None:
    assert (await api.place(by, shop=BOOKSHOP))["shop"] == BOOKSHOP
    assert "shop" not in await api.place(by)
    unknown = await api.post("/orders", PLACE | {"shop": "nobodys"}, by)
    assert (unknown.status_code, unknown.json()["field"]) == (422, "shop")
    listed = {"commands": [PLACE | {"id": "1", "step": "placement", "shop": "nobodys"}]}
    refused = await api.post("/commands", listed, by)
    assert (refused.status_code, refused.json()["field"]) == (422, "commands[0].shop")


async def test_a_shop_places_for_no_other(api: Api) -> None:
    for shop in ("", "nobodys"):
        refused = await api.post("/orders", PLACE | {"shop": shop}, "book-storefront")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert (await api.place("book-storefront", shop=BOOKSHOP))["shop"] == BOOKSHOP
