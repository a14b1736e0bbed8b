"""What pages load: under addresses that change with their content, packed where that is taken."""

import gzip
import re

import pytest

from gotovo.web.site.rendering.assets import ENTRY, read_assets
from gotovo.web.site.rendering.bundle import ADDRESS
from tests.support.web.buyer import Buyer

ASSETS = read_assets()


def test_everything_a_page_names_is_there() -> None:
    named = (ASSETS.stylesheet, ASSETS.entry, *ASSETS.modules)
    assert set(named) <= set(ASSETS.by_path)
    assert ASSETS.entry.endswith(f"/{ENTRY}")
    assert ASSETS.entry not in ASSETS.modules


def test_scripts_find_each_other_in_one_folder() -> None:
    folder = ASSETS.entry.rpartition("/")[0]
    for path, found in ASSETS.by_path.items():
        if path.endswith(".js") and not path.startswith(f"{ADDRESS}/"):
            assert path.startswith(f"{folder}/")
            for name in re.findall(rb'(?m)^(?:import|export)\b[^;]*?"(.+?)";', found.plain.body):
                assert name.startswith(b"./")
                assert f"{folder}/{name[2:].decode()}" in ASSETS.by_path


@pytest.mark.parametrize("path", ASSETS.by_path)
async def test_each_may_be_kept_for_ever(buyer: Buyer, path: str) -> None:
    answer = await buyer.client.get(path)
    assert answer.status_code == 200
    assert re.search(r"[/-][0-9a-f]{16}[./]|-[0-9A-Z]{8}\.(?:js|wasm)$", path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == ASSETS.by_path[path].plain.body


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.8", True),
        ("*", True),
        ("GZIP ; q=1.0", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, br", False),
        ("*;q=0", False),
    ],
)
def test_compressed_bytes_go_only_to_clients_that_accept_them(
    accepted: str,
    is_compressed: bool,  # noqa: FBT001  (an example's outcome)
) -> None:
    sheet = ASSETS.by_path[ASSETS.stylesheet]
    response = sheet.response(accepted)
    assert (response.headers.get("content-encoding") == "gzip") is is_compressed
    assert (gzip.decompress(response.body) if is_compressed else response.body) == sheet.plain.body


async def test_an_address_of_another_content_finds_nothing(buyer: Buyer) -> None:
    for path in ("/scripts/0123456789abcdef/account.js", "/scripts/", ASSETS.entry + "x"):
        assert (await buyer.client.get(path)).status_code == 404
