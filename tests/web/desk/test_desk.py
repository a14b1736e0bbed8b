"""The desk as a system installs it."""

import pytest

from tests.support.web.buyer import Buyer


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Gotovo: desk"), ("ru", "Gotovo: пункт выдачи")]
)
async def test_its_manifest_speaks_the_language_and_reaches_no_page_of_buyers(
    buyer: Buyer, language: str, name: str
) -> None:
    manifest = (await buyer.client.get(f"/desk/manifest/{language}")).json()
    assert manifest["name"] == name
    assert (manifest["start_url"], manifest["scope"], manifest["id"]) == ("/desk",) * 3


async def test_there_is_no_manifest_in_another_language(buyer: Buyer) -> None:
    assert (await buyer.client.get("/desk/manifest/tt")).status_code == 404
