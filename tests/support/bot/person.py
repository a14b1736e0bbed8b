"""Somebody with Telegram: writes, presses, shares a contact; each returns the update of it."""

from typing import Any, Final

from tests.support.bot.bot_api import BotApi, SentMessage

ALINAS_CHAT: Final = 700_001
BORISS_CHAT: Final = 700_002


class Person:
    """A person in a private chat with the bot."""

    def __init__(self, api: BotApi, chat: int, language: str = "en") -> None:
        self.api = api
        self.chat = chat
        self.language = language
        api.started.add(chat)

    @property
    def sees(self) -> SentMessage:
        """The latest message of the chat."""
        return self.api.last(self.chat)

    def writes(self, text: str, to: SentMessage | None = None) -> dict[str, Any]:
        """Return the update of a message, which may be a reply."""
        message = {**self._message(), "text": text}
        if text.startswith("/"):
            command = text.split(maxsplit=1)[0]
            entity = {"type": "bot_command", "offset": 0, "length": len(command)}
            message["entities"] = [entity]
        if to is not None:
            message["reply_to_message"] = self._of_bot(to)
        return self._update(message=message)

    def shares(self, phone: str, owner: int | None = None) -> dict[str, Any]:
        """Return the update of a contact: the own one, or somebody else's."""
        contact = {"phone_number": phone, "first_name": "Alina", "user_id": owner or self.chat}
        return self._update(message={**self._message(), "contact": contact})

    def presses(self, label: str, on: SentMessage | None = None) -> dict[str, Any]:
        """Return the update of a press of a button, by what it says."""
        message = on or self.sees
        return self.presses_data(message.buttons[label], message)

    def presses_data(self, data: str, message: SentMessage) -> dict[str, Any]:
        """Return the update of a press that carries anything."""
        press = str(self.api.new_id())
        self.api.opens_press(press)
        query = {
            "id": press,
            "from": self._user,
            "chat_instance": "1",
            "message": self._of_bot(message),
            "data": data,
        }
        return self._update(callback_query=query)

    def blocks(self, *, again: bool = False) -> dict[str, Any]:
        """Return the update of the bot being blocked, or let back in."""
        old, new = ("kicked", "member") if again else ("member", "kicked")
        bot = {"id": 424242, "is_bot": True, "first_name": "Gotovo"}
        changed = {
            "chat": self._chat,
            "from": self._user,
            "date": 1_763_800_000,
            "old_chat_member": _member(bot, old),
            "new_chat_member": _member(bot, new),
        }
        return self._update(my_chat_member=changed)

    @property
    def _user(self) -> dict[str, Any]:
        return {
            "id": self.chat,
            "is_bot": False,
            "first_name": "Alina",
            "language_code": self.language,
        }

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.chat, "type": "private", "first_name": "Alina"}

    def _message(self) -> dict[str, Any]:
        return {
            "message_id": self.api.new_id(),
            "date": 1_763_800_000,
            "chat": self._chat,
            "from": self._user,
        }

    def _of_bot(self, message: SentMessage) -> dict[str, Any]:
        bot = {"id": 424242, "is_bot": True, "first_name": "Gotovo"}
        shown = {"message_id": message.id, "date": 1_763_800_000, "chat": self._chat, "from": bot}
        if message.photo:
            sizes = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
            return {**shown, "photo": sizes, "caption": message.text}
        return {**shown, "text": message.text}

    def _update(self, **content: Any) -> dict[str, Any]:
        return {"update_id": self.api.new_id(), **content}


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": bot, "status": status, **until}
