"""Buttons: what they carry fits into Telegram's limit, and comes back as it was."""

import pytest

from gotovo.notices.channels.telegram.buttons import (
    LanguageButton,
    ListButton,
    OrderButton,
    OrderPress,
    SlotButton,
)

LIMIT = 64  # Bytes of callback_data.


@pytest.mark.parametrize("press", OrderPress)
def test_a_button_about_an_order_comes_back(press: OrderPress) -> None:
    button = OrderButton(number="194566112558", press=press)
    assert len(button.pack().encode()) <= LIMIT
    assert OrderButton.unpack(button.pack()) == button


def test_other_buttons_come_back() -> None:
    for button in (
        SlotButton(number="194566112558", begins=1_763_800_000, ends=1_763_810_800),
        ListButton(page=1_000),
        LanguageButton(language="ru"),
    ):
        assert len(button.pack().encode()) <= LIMIT
        assert type(button).unpack(button.pack()) == button


@pytest.mark.parametrize("data", ["o:1:steal", "o:1", "o:1:show:2", "x:1:show", ""])
def test_what_is_no_button_of_ours_is_refused(data: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        OrderButton.unpack(data)
