"""Both languages are whole, and a reader's choice is kept."""

import re

import pytest

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, CATALOGUE, LAST_ONE, POINTS, Cast
from tests.support.web.pages import SAID, everybody, paths

GOODS = re.compile(r"Sokol Air|http\S+|Gotovo|Eng|UTC|KZN|JPEG|PNG|WebP")


@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("ru", "Где мой заказ?"),
        ("en-GB,en;q=0.9,ru;q=0.8", "Where is my order?"),
        ("de, ru;q=0.5", "Где мой заказ?"),
        ("tt", "Где мой заказ?"),
    ],
)
async def test_the_browsers_language_is_used(buyer: Buyer, accepted: str, heading: str) -> None:
    page = await buyer.client.get("/", headers={"accept-language": accepted})
    assert heading in text_of(page.text).replace("\xa0", " ")


async def test_a_chosen_language_is_kept(buyer: Buyer) -> None:
    page = await buyer.opens("/?lang=ru")
    assert '<html lang="ru">' in page.text
    page = await buyer.opens("/")
    assert '<html lang="ru">' in page.text


async def test_the_switch_keeps_the_page_and_what_was_asked_of_it(buyer: Buyer) -> None:
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/orders?q=lamp&status=closed")
    assert 'href="/orders?q=lamp&amp;status=closed&amp;lang=ru"' in page.text


async def test_a_language_we_do_not_have_changes_nothing(buyer: Buyer) -> None:
    page = await buyer.opens("/?lang=xx")
    assert '<html lang="en">' in page.text


async def test_russian_pages_hold_no_english_and_no_loose_space_before_a_dash(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    await buyer.opens("/?lang=ru")
    await buyer.signs_in(ALINA)
    for path in (*paths(lives), "/phone?phone=12345"):
        page = await buyer.client.get(path, follow_redirects=True)
        said = text_of(re.sub(r'<b translate="no">.*?</b>', "", page.text))
        words = re.findall(r"[A-Za-z]{3,}", GOODS.sub("", said))
        assert not words, (path, words)
        assert " —" not in re.sub(r"<[^>]*>", "", page.text), path


async def test_english_pages_hold_no_russian_but_what_places_and_goods_are_called(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    named = [*(x.title for x in CATALOGUE), LAST_ONE.title, "Алина", "Рус", "учёт", "Казань"]
    named += [*SAID, *(each for point in POINTS.values() for each in (point.title, point.address))]
    known = re.compile("|".join(re.escape(each) for each in sorted(named, key=len, reverse=True)))
    await buyer.signs_in(ALINA)
    for path in paths(lives):
        page = await buyer.client.get(path, follow_redirects=True)
        said = re.sub(r"[\u00a0\u202f]", " ", text_of(page.text))
        words = re.findall(r"[А-Яа-яЁё]{2,}", known.sub("", said))
        assert not words or path == "/phone", (path, words)


async def test_a_short_word_of_a_status_never_stands_alone_at_the_end_of_a_line(
    buyer: Buyer,
) -> None:
    page = await buyer.opens("/?lang=ru")
    assert "В\N{NO-BREAK SPACE}обработке" in page.text
    assert "Готово к\N{NO-BREAK SPACE}выдаче" in page.text
