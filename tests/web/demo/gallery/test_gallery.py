"""The page of components shows each of them, in both languages, in the demo only."""

import re

from msgspec import structs

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.stage import browser_of


async def test_every_component_is_there_in_the_language_of_the_reader(buyer: Buyer) -> None:
    said = {"en": ("Buttons", "Fields", "Late: promised"), "ru": ("Кнопки", "Поля", "Опаздывает")}
    for language, words in said.items():
        page = await buyer.opens(f"/look?lang={language}")
        assert page.status_code == 200
        for word in words:
            assert word in text_of(page.text)


async def test_no_two_elements_share_a_name(buyer: Buyer) -> None:
    names = re.findall(r'\sid="([^"]+)"', (await buyer.opens("/look")).text)
    assert len(names) == len(set(names))


async def test_outside_the_demo_there_is_no_such_page(dependencies: WebDependencies) -> None:
    async with browser_of(structs.replace(dependencies, phone=None)) as client:
        assert (await client.get("/look")).status_code == 404
