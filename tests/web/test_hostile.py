"""Five hundred hostile texts through every text field: a page keeps the very tags it has."""

import os
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote
from uuid import uuid4

import pytest
from msgspec import structs
from typing_extensions import override

from gotovo.order.values.order import Courier
from gotovo.web.customer.redirection.address import LENGTHS_MAX
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields
from tests.support.web.cast import ALINA, BORIS, DAY, NOW, Cast, Clock
from tests.support.web.goods import CATALOGUE
from tests.support.web.hostile import hostile_texts
from tests.support.web.pages import INVITED, everybody, paths
from tests.support.web.sample_orders.closed_orders import issued_lately, long_ago
from tests.support.web.sample_orders.open_orders import being_picked

HARMLESS = "kettle"
IS_LONG = os.environ.get("GOTOVO_TEST_FULL") == "1"
FEW = 1 if IS_LONG else 7
MANY = 1 if IS_LONG else 23
"""A page or several for each text: the ordinary run takes one in so many, of every kind of text.

Both are prime to the numbers of breaks, runs and disguises, which are gone through in turn.
"""

OLD = 400
"""Days ago, when a phone that is idle now was not."""

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


async def older_number(buyer: Buyer, text: str) -> str:
    """Prove to be the owner of older orders by something that is no order's number."""
    page = await buyer.opens("/older-orders")
    return (await buyer.sends(page, "/older-orders", number=text)).text


async def older_code(buyer: Buyer, text: str) -> str:
    """Prove it by something that is no code; each guess is for a code of its own."""
    form = hidden_fields((await buyer.opens("/older-orders?by=number")).text, "/older-orders")
    answer = await buyer.client.post("/older-orders", data={**form, "number": "", "code": text})
    return answer.text


async def confirmed_phone(buyer: Buyer, text: str) -> str:
    """Ask for a code once more, for something that is not one's own phone."""
    page = await buyer.opens("/confirmation?for=erasure")
    return (await buyer.sends(page, "/confirmation-code", phone=text)).text


async def new_phone(buyer: Buyer, text: str) -> str:
    """Move to something that is no phone."""
    page = await buyer.opens("/phone-change")
    return (await buyer.sends(page, "/phone-change-code", phone=text)).text


async def _front(buyer: Buyer, **typed: str) -> str:
    page = await buyer.opens("/")
    return (await buyer.sends(page, "/sign-in-code", **typed)).text


@pytest.mark.parametrize("field", [phone, number, front_number, language, address])
async def test_nothing_typed_before_signing_in_becomes_a_tag(buyer: Buyer, field: Field) -> None:
    await keeps_its_tags(buyer, field, hostile_texts()[::FEW])


async def test_nothing_typed_as_a_code_becomes_a_tag(buyer: Buyer, clock: Clock) -> None:
    async def a_day_later(buyer: Buyer, text: str) -> str:
        clock.now += DAY  # so that no limit is met
        return await code(buyer, text)

    await keeps_its_tags(buyer, a_day_later, hostile_texts()[::FEW])


@pytest.mark.parametrize("field", [older_number, older_code, confirmed_phone])
async def test_nothing_that_should_prove_a_person_becomes_a_tag(
    buyer: Buyer, cast: Cast, clock: Clock, field: Field
) -> None:
    async def an_hour_later(buyer: Buyer, text: str) -> str:
        clock.now += timedelta(hours=1)  # so that no limit is met
        return await field(buyer, text)

    await long_ago(cast, OLD)
    await buyer.signs_in(ALINA)
    await keeps_its_tags(buyer, an_hour_later, hostile_texts()[::FEW])


async def test_no_phone_to_move_to_becomes_a_tag(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    await keeps_its_tags(buyer, new_phone, hostile_texts()[::FEW])


async def test_nothing_searched_for_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    await cast.place(ALINA, NOW, CATALOGUE[0])
    await buyer.signs_in(ALINA)
    await keeps_its_tags(buyer, search, hostile_texts()[::FEW])


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


class TextFields(HTMLParser):
    """What people can write into on a page: each field by its form's address and its name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self._action = ""
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._action = given.get("action") or ""
        is_input = tag == "input" and given.get("type", "text") in {"text", "search", "tel"}
        if (is_input or tag == "textarea") and given.get("name"):
            self.found.add((re.sub(r"\d{12}", "{number}", self._action), given["name"] or ""))


TRIED: Final = {
    ("/sign-in-code", "phone"),
    ("/sign-in-code", "number"),
    ("/session", "code"),
    ("/orders", "q"),
    ("/phone", "phone"),
    ("/older-orders", "number"),
    ("/older-orders", "code"),
    ("/confirmation-code", "phone"),
    ("/phone-change-code", "phone"),
    *(("/orders/{number}/redirection", each) for each in ("q", *LENGTHS_MAX)),
    ("/orders/{number}/help", "said"),
    ("/orders/{number}/rating", "said"),
    ("/orders/{number}/return-claim", "comment"),
}
"""Every field, by the tests here; the gallery at /look shows fields that go nowhere."""

OF_STAFF: Final = {
    ("/staff/session", "login"),
    ("/staff/session", "code"),
    (f"/staff/invitation/{INVITED}/password", "code"),
}
"""Fields of staff, who see none of them again: tests/web/staff/test_pages.py tries them."""


async def test_every_field_that_people_write_into_is_tried(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    pages = [(await buyer.opens("/")).text]
    pages.append((await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=ALINA)).text)
    await buyer.sends(
        await buyer.opens("/sign-in-code"), "/session", code=await buyer.reads_code(ALINA)
    )
    pages += [(await buyer.opens(path)).text for path in paths(lives) if path != "/look"]
    await cast.place(ALINA, NOW - OLD * DAY, CATALOGUE[0], email="anna@example.com")
    page = await buyer.sends(await buyer.opens("/older-orders"), "/older-orders-code")
    pages.append(page.text)
    found = set[tuple[str, str]]().union(*(TextFields(page).found for page in pages))
    not_asked = {("/orders/{number}/redirection", name) for name in ("city", "postcode")}
    assert (
        found == (TRIED | OF_STAFF) - not_asked
    )  # The city is known; no warehouse serves regions only.


async def test_nothing_of_an_address_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW, CATALOGUE[0], delivery=Courier())
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    form = hidden_fields((await buyer.opens(f"{where}/courier")).text, where)

    async def typed(buyer: Buyer, text: str) -> str:
        fields = dict.fromkeys(LENGTHS_MAX, text)
        with_city = await buyer.client.post(where, data={**form, **fields, "street": ""})
        without = await buyer.client.post(where, data={**form, **fields, "city": ""})
        assert {with_city.status_code, without.status_code} == {422}
        return with_city.text + without.text

    plain = [Skeleton(await typed(buyer, each)) for each in (HARMLESS, 400 * "x")]
    allowed = {tag for page in plain for tag in page.tags}
    for text in hostile_texts()[::FEW]:
        shown = Skeleton(await typed(buyer, text))
        assert set(shown.tags) <= allowed, text
        assert shown.addresses <= plain[0].addresses, text


async def test_no_address_that_was_taken_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW, CATALOGUE[0], delivery=Courier())
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/courier")

    async def typed(buyer: Buyer, text: str) -> str:
        fields = {**dict.fromkeys(LENGTHS_MAX, text[:20]), "street": f"5, {text}"[:150]}
        await buyer.sends(asked, where, **fields)
        return (await buyer.opens(f"/orders/{order.number}")).text

    first = Skeleton(await typed(buyer, HARMLESS))
    for text in hostile_texts()[::MANY]:
        shown = Skeleton(await typed(buyer, text))
        assert set(shown.tags) == set(first.tags), text
        assert shown.addresses <= first.addresses, text


@pytest.mark.parametrize(
    ("page", "field", "beside"),
    [("help", "said", {}), ("rating", "said", {"stars": "6"})],
)
async def test_nothing_that_is_refused_becomes_a_tag(
    buyer: Buyer, cast: Cast, page: str, field: str, beside: dict[str, str]
) -> None:
    order = await issued_lately(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/{page}"
    form = hidden_fields((await buyer.opens(where)).text, where)

    async def typed(buyer: Buyer, text: str) -> str:
        said = text if beside else f"{text:x<920}"
        answer = await buyer.client.post(where, data={**form, **beside, field: said})
        assert answer.status_code == 422
        return answer.text

    await keeps_its_tags(buyer, typed, hostile_texts()[::FEW])


async def test_no_comment_of_a_claim_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    order = await issued_lately(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/return-claim"
    form = hidden_fields((await buyer.opens(where)).text, where)

    async def typed(buyer: Buyer, text: str) -> str:
        data = {**form, "comment": text, "reason": text}
        files = {"photos": (quote(text), b"", "application/octet-stream")}
        answer = await buyer.client.post(where, data=data, files=files)
        assert answer.status_code == 422
        return answer.text

    await keeps_its_tags(buyer, typed, hostile_texts()[::FEW])


async def test_nothing_that_was_said_and_kept_becomes_a_tag(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    texts = hostile_texts()
    order, *others = [await issued_lately(cast) for _ in range(4)]
    for index in range(200):
        await dependencies.help.ask(order.number, uuid4(), HARMLESS, NOW)
        for other, text in zip(others, texts[index::200], strict=False):
            await dependencies.help.ask(other.number, uuid4(), text, NOW)
    await buyer.signs_in(ALINA)
    plain = Skeleton((await buyer.opens(f"/orders/{order.number}/help")).text)
    for other in others:
        shown = Skeleton((await buyer.opens(f"/orders/{other.number}/help")).text)
        assert set(shown.tags) == set(plain.tags)
        assert {each.replace(other.number, order.number) for each in shown.addresses} <= (
            plain.addresses
        )


async def test_no_place_that_is_searched_for_becomes_a_tag(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)

    async def typed(buyer: Buyer, text: str) -> str:
        return (await buyer.opens(f"/orders/{order.number}/redirection?q={quote(text)}")).text

    await keeps_its_tags(buyer, typed, hostile_texts()[::FEW])


async def test_no_name_of_a_browser_and_no_phone_of_the_demo_becomes_a_tag(
    buyer: Buyer, clock: Clock
) -> None:
    await buyer.signs_in(ALINA)

    async def typed(buyer: Buyer, text: str) -> str:
        return (await buyer.client.get("/phone", params={"phone": text})).text

    await keeps_its_tags(buyer, typed, hostile_texts()[::FEW])
    plain = Skeleton((await buyer.opens("/devices")).text)
    for text in hostile_texts()[::MANY]:
        await buyer.sends(await buyer.opens("/devices"), "/sign-out")
        clock.now += DAY  # so that no limit is met
        buyer.client.headers["user-agent"] = f"{text.encode('ascii', 'ignore').decode()} Chrome/1"
        await buyer.signs_in(BORIS)
        assert set(Skeleton((await buyer.opens("/devices")).text).tags) <= set(plain.tags), text
