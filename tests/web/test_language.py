"""Both languages are whole, and a reader's choice is kept."""

import re

from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DOOR, Cast
from tests.support.web.goods import CATALOGUE, LAST_ONE
from tests.support.web.network import POINTS
from tests.support.web.pages import SAID, everybody, paths

UNTRANSLATED = re.compile(r'<(b|code) translate="no">.*?</\1>')
GOODS = re.compile(
    r"Sokol Air|http\S+|Gotovo|Eng|UTC|KZN|ZDL|JPEG|PNG|WebP|iPhone|iPad|Telegram|SMS|@shop_bot"
)


async def test_russian_pages_hold_no_english_and_no_loose_space_before_a_dash(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    await buyer.opens("/?lang=ru")
    await buyer.signs_in(ALINA)
    for path in (*paths(lives), "/phone?phone=12345"):
        page = await buyer.client.get(path, follow_redirects=True)
        said = text_of(UNTRANSLATED.sub("", page.text))
        words = re.findall(r"[A-Za-z]{3,}", GOODS.sub("", said))
        assert not words, (path, words)
        assert " —" not in re.sub(r"<[^>]*>", "", page.text), path


async def test_english_pages_hold_no_russian_but_what_places_and_goods_are_called(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    named = [*(x.title for x in CATALOGUE), LAST_ONE.title, DOOR, "Алина", "Рус", "Казань"]
    named += [*SAID, *(each for point in POINTS.values() for each in (point.title, point.address))]
    named += [
        day.reason for point in POINTS.values() for day in point.timetable.exceptions.values()
    ]
    known = re.compile("|".join(re.escape(each) for each in sorted(named, key=len, reverse=True)))
    await buyer.signs_in(ALINA)
    for path in paths(lives):
        page = await buyer.client.get(path, follow_redirects=True)
        said = re.sub(r"[\u00a0\u202f]", " ", text_of(page.text))
        words = re.findall(r"[А-Яа-яЁё]{2,}", known.sub("", said))
        assert not words or path in {"/phone", "/staff/demo"}, (path, words)


async def test_a_short_word_of_a_status_never_stands_alone_at_the_end_of_a_line(
    buyer: Buyer,
) -> None:
    page = await buyer.opens("/?lang=ru")
    assert "В\N{NO-BREAK SPACE}обработке" in page.text
    assert "Готово к\N{NO-BREAK SPACE}выдаче" in page.text
