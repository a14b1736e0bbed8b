"""What a system needs to install the site: a manifest and icons, drawn by the program itself."""

import json
import re
import struct
import zlib

import pytest

from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.open_orders import on_the_way, ready


@pytest.mark.parametrize(("language", "shortcut"), [("ru", "Мои заказы"), ("en", "My orders")])
async def test_the_manifest_is_named_by_every_page_and_speaks_its_language(
    buyer: Buyer, language: str, shortcut: str
) -> None:
    page = await buyer.opens(f"/?lang={language}")
    assert f'<link rel="manifest" href="/app/{language}.webmanifest">' in page.text
    manifest = json.loads((await buyer.client.get(f"/app/{language}.webmanifest")).content)
    assert manifest["display"] == "standalone"
    assert manifest["shortcuts"][0]["name"].replace("\N{NO-BREAK SPACE}", " ") == shortcut
    assert {each["url"] for each in manifest["shortcuts"]} == {"/orders", "/code"}
    light = re.search(r'name="theme-color" content="(#\w+)" media="[^"]*light', page.text)
    assert light is not None
    assert manifest["theme_color"] == light[1]


async def test_each_icon_of_the_manifest_is_a_picture_of_its_size(buyer: Buyer) -> None:
    manifest = json.loads((await buyer.client.get("/app/en.webmanifest")).content)
    sizes = {(each["sizes"], each["purpose"]) for each in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for each in [*manifest["icons"], {"src": "/app/apple-touch.png", "sizes": "180x180"}]:
        picture = await buyer.client.get(each["src"])
        assert picture.status_code == 200
        if each["sizes"] == "any":
            continue
        side = int(each["sizes"].partition("x")[0])
        assert picture.content.startswith(b"\x89PNG")
        assert struct.unpack(">II", picture.content[16:24]) == (side, side)
        packed = picture.content.split(b"IDAT")[1].split(b"IEND")[0][:-8]
        assert len(zlib.decompress(packed)) == side * (side + 1)


async def test_the_worker_is_asked_for_each_time_and_knows_what_pages_load(buyer: Buyer) -> None:
    worker = await buyer.client.get("/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    assert worker.headers["content-type"].startswith("text/javascript")
    page = await buyer.opens("/")
    for path in re.findall(r'(?:href|src)="(/(?:scripts|look)/[^"]+)"', page.text):
        assert path in worker.text


async def test_a_page_says_whose_it_is_in_a_way_that_tells_nothing(
    buyer: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    assert (await buyer.opens("/")).headers["x-gotovo-account"] == "none"
    whose = (await buyer.signs_in(ALINA)).headers["x-gotovo-account"]
    assert (await buyer.opens("/orders")).headers["x-gotovo-account"] == whose
    assert re.fullmatch(r"[0-9a-f]{16}", whose)
    assert whose not in order.customer


async def test_the_shortcut_leads_to_the_one_order_that_has_a_code(
    buyer: Buyer, cast: Cast
) -> None:
    await on_the_way(cast)
    await buyer.signs_in(ALINA)
    assert (await buyer.client.get("/code")).headers["location"] == "/orders"
    order = await ready(cast)
    assert (await buyer.client.get("/code")).headers["location"] == f"/orders/{order.number}"
    await with_a_courier(cast)
    assert (await buyer.client.get("/code")).headers["location"] == f"/orders/{order.number}"
    await ready(cast)
    assert (await buyer.client.get("/code")).headers["location"] == "/orders"


async def test_what_is_no_file_of_the_app_is_not_there(buyer: Buyer) -> None:
    for path in ("/app/de.webmanifest", "/app/icon-1.png", "/app/x"):
        assert (await buyer.client.get(path)).status_code == 404
