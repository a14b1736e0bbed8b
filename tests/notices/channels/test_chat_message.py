"""A chat that is gone is a message that is refused for good, so the next channel is tried."""

from gotovo.notices.channels.chat_message import ChatGone
from gotovo.notices.channels.port import ChannelError, MessageRefused


def test_a_chat_that_is_gone_refuses_for_good() -> None:
    gone = ChatGone("the bot is blocked in this chat", code="403")
    assert isinstance(gone, MessageRefused)
    assert isinstance(gone, ChannelError)
    assert (str(gone), gone.code) == ("the bot is blocked in this chat", "403")
