"""Troubles with Telegram: each is told once, and waited for longer each time."""

from gotovo.bot.receiving.troubles import BotTroubles
from gotovo.notices.channels.port import ChannelUnavailable


def test_a_trouble_is_told_once_and_waits_longer_each_time() -> None:
    told: list[str] = []
    troubles = BotTroubles(lambda _name, error: told.append(error))
    error = ChannelUnavailable("telegram can't be reached")
    waits = [troubles.failed("telegram-polling", error) for _ in range(20)]
    assert waits[:3] == [5, 10, 20]
    assert max(waits) == 300
    assert told == ["telegram can't be reached"]
    busy = ChannelUnavailable("telegram asks to wait", retry_after=900)
    assert troubles.failed("telegram-polling", busy) == 900
    troubles.worked("telegram-polling")
    assert troubles.told == ()
