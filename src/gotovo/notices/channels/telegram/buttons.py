"""Buttons below messages: what they carry is all that a press tells, so presses may come late."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class OrderPress(StrEnum):
    """What a button about an order asks for; `…_NOW` is the answer to a question.

    OPEN sends the order's card, SHOW puts it into the message that has the button.
    """

    OPEN = "open"
    SHOW = "show"
    CODE = "code"
    CODE_AGAIN = "again"
    EXTEND = "extend"
    EXTEND_NOW = "extended"
    CANCEL = "cancel"
    CANCEL_NOW = "cancelled"
    SLOT = "slot"
    HELP = "help"


class OrderButton(CallbackData, prefix="o"):
    """A button about an order."""

    number: str
    press: OrderPress


class SlotButton(CallbackData, prefix="s"):
    """A time at which the courier may come: both ends, in seconds of Unix."""

    number: str
    begins: int
    ends: int


class ListButton(CallbackData, prefix="l"):
    """Back to the list of orders; `page` counts from 0."""

    page: int


class LanguageButton(CallbackData, prefix="i"):
    """Another language."""

    language: str
