"""Replies: the QR picture of this minute, with what it is for."""

from io import BytesIO

import zxingcpp
from PIL import Image

from gotovo.order.values.order import place_of
from gotovo.order.values.pickup_codes import qr_is_right
from gotovo.words.formats.codes import format_order_number
from tests.bot.conversation.test_order_text import opened, plain, shelved
from tests.support.bot.bot_desk import BotDesk
from tests.support.bot.person import Person
from tests.support.web.cast import HOUR, NOW, SECRET, Cast


async def test_the_qr_picture_is_read_by_a_scanner(bot: BotDesk, alina: Person, cast: Cast) -> None:
    order = await shelved(cast)
    await opened(bot, alina, order)
    await bot.takes(alina.presses("Code with QR picture"))
    picture = alina.sees
    [read] = zxingcpp.read_barcodes(Image.open(BytesIO(picture.photo)))
    codes = order.codes
    place = place_of(order)
    assert qr_is_right(SECRET, order.number, place, codes.counter, NOW, read.text)
    assert plain(format_order_number(order.number)) in plain(picture.text)
    assert "changes every minute" in picture.text
    bot.clock.now += HOUR
    await bot.takes(alina.presses("New QR"))
    assert alina.sees is picture, "the next one takes its place"
    [later] = zxingcpp.read_barcodes(Image.open(BytesIO(picture.photo)))
    assert later.text != read.text
    assert qr_is_right(SECRET, order.number, place, codes.counter, bot.clock.now, later.text)
