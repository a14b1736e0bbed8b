"""Five hundred hostile texts through every text field: a page keeps the very tags it has."""

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from msgspec import structs
from typing_extensions import override

from tests.web.buyer import Buyer
from tests.web.cast import ALINA, CATALOGUE, DAY, NOW, Cast, Clock
from tests.web.hostile import hostile_texts

HARMLESS = "kettle"
LINES = 50
"""Lines of one order: so many titles stand on a page at once."""


class Skeleton(HTMLParser):
    """The tags of a page with the names of their attributes, and every address it points to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: set[str] = set()
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(f"{tag} {' '.join(name for name, _ in attrs)}")
        self.addresses.update(
            (value or "").partition(":")[0]
            for name, value in attrs
            if name in {"href", "src", "action", "formaction"} and ":" in (value or "")
        )


Field = Callable[[Buyer, str], Awaitable[str]]
"""Puts a text into a field and returns the page that shows it back."""


async def search(buyer: Buyer, text: str) -> str:
    """Look for orders by a text."""
    return (await buyer.opens(f"/orders?q={quote(text)}")).text


async def phone(buyer: Buyer, text: str) -> str:
    """Ask for a code for something that is no phone."""
    return await _front(buyer, phone=text)


async def number(buyer: Buyer, text: str) -> str:
    """Ask for a code beside something that is no order's number."""
    return await _front(buyer, phone=ALINA, number=text)


async def front_number(buyer: Buyer, text: str) -> str:
    """Come to the front page by a link with something that is no order's number."""
    return (await buyer.client.get("/", params={"number": text})).text


async def language(buyer: Buyer, text: str) -> str:
    """Ask for a language that is none."""
    return (await buyer.client.get("/", params={"lang": text, text: "1"})).text


async def address(buyer: Buyer, text: str) -> str:
    """Open a page that is not there."""
    return (await buyer.client.get(f"/{quote(text, safe='')}")).text


async def code(buyer: Buyer, text: str) -> str:
    """Type something that is no code; each guess is for a code of its own."""
    front = await buyer.opens("/")
    page = await buyer.sends(front, "/sign-in-code", phone=ALINA)
    return (await buyer.sends(page, "/session", code=text)).text


async def _front(buyer: Buyer, **typed: str) -> str:
    page = await buyer.opens("/")
    return (await buyer.sends(page, "/sign-in-code", **typed)).text


@pytest.mark.parametrize("field", [phone, number, front_number, language, address])
async def test_nothing_typed_before_signing_in_becomes_a_tag(buyer: Buyer, field: Field) -> None:
    await keeps_its_tags(buyer, field, hostile_texts())


async def test_nothing_typed_as_a_code_becomes_a_tag(buyer: Buyer, clock: Clock) -> None:
    async def a_day_later(buyer: Buyer, text: str) -> str:
        clock.now += DAY  # so that no limit is met
        return await code(buyer, text)

    await keeps_its_tags(buyer, a_day_later, hostile_texts())


async def test_nothing_searched_for_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    await cast.place(ALINA, NOW, CATALOGUE[0])
    await buyer.signs_in(ALINA)
    await keeps_its_tags(buyer, search, hostile_texts())


async def test_no_title_of_goods_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    texts = hostile_texts()
    plain = await cast.place(
        ALINA, NOW, *(structs.replace(CATALOGUE[0], title=HARMLESS) for _ in range(LINES))
    )
    pages = [f"/orders/{plain.number}"]
    for begin in range(0, len(texts), LINES):
        lines = (structs.replace(CATALOGUE[0], title=x) for x in texts[begin : begin + LINES])
        order = await cast.place(ALINA, NOW, *lines)
        pages.append(f"/orders/{order.number}")
    await buyer.signs_in(ALINA)
    shown = [Skeleton((await buyer.opens(page)).text) for page in pages]
    assert all(each.tags == shown[0].tags for each in shown)
    assert all(each.addresses <= shown[0].addresses for each in shown)
    everything = (await buyer.opens("/orders")).text
    assert Skeleton(everything).addresses <= shown[0].addresses
    assert "window.ran=1</script>" not in everything


async def keeps_its_tags(buyer: Buyer, field: Field, texts: list[str]) -> None:
    """Put each text into a field: the page has the tags that it has with a harmless word."""
    harmless = Skeleton(await field(buyer, HARMLESS))
    assert len(harmless.tags) > 10
    for text in texts:
        shown = Skeleton(await field(buyer, text))
        assert shown.tags == harmless.tags, text
        assert shown.addresses <= harmless.addresses, text
