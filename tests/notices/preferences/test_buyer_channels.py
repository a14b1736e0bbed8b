"""A buyer has a channel where it is open and reaches them."""

import asyncpg

from gotovo.notices.preferences.buyer_channels import BuyerChannels, always
from gotovo.notices.rules import ChannelName
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.messages.notice_choices import NoticeChoiceStore
from tests.support.web.cast import ALINA, NOW, SECRET, Cast
from tests.support.web.goods import MUG

CUSTOMER = customer_id(SECRET, ALINA)


async def test_a_buyer_has_the_channels_that_are_open_and_that_reach_them(
    cast: Cast, pool: asyncpg.Pool
) -> None:
    await cast.place(ALINA, NOW, MUG)
    has_email = NoticeChoiceStore(pool).has_email
    channels = BuyerChannels({ChannelName.SMS: always, ChannelName.MAIL: has_email})
    assert await channels.of(CUSTOMER) == [ChannelName.SMS]
    await cast.place(ALINA, NOW, MUG, email="alina@example.com")
    assert await channels.of(CUSTOMER) == [ChannelName.SMS, ChannelName.MAIL]
    assert not channels.is_open(ChannelName.TELEGRAM)
