"""Addresses for receipts: secret, one a provider, and valid as long as their key."""

import re

import pytest

from gotovo.notices.channels.port import ReceiptRefused
from gotovo.notices.channels.sms.callbacks import (
    RECEIPTS_PATH,
    ReceiptAddress,
    receipt_token,
    wire_id,
)
from tests.support.notices.sms import KEY, OLDER_KEY, ORIGIN


def test_an_address_has_a_token_of_160_bits_that_differs_by_provider_and_key() -> None:
    address = ReceiptAddress(ORIGIN, "kannel", lambda: [KEY, OLDER_KEY])
    assert re.fullmatch(re.escape(ORIGIN + RECEIPTS_PATH) + "[0-9a-f]{40}", address.url)
    assert address.url.endswith(address.token)
    tokens = {receipt_token(key, name) for key in (KEY, OLDER_KEY) for name in ("kannel", "x")}
    assert len(tokens) == 4


def test_only_our_tokens_open_it() -> None:
    address = ReceiptAddress(ORIGIN, "kannel", lambda: [KEY, OLDER_KEY])
    for key in (KEY, OLDER_KEY):
        address.check(RECEIPTS_PATH + receipt_token(key, "kannel"))
    for path in (
        RECEIPTS_PATH,
        RECEIPTS_PATH + receipt_token(b"x" * 32, "kannel"),
        RECEIPTS_PATH + receipt_token(KEY, "twilio"),
        RECEIPTS_PATH + address.token[:-1],
        "/elsewhere/" + address.token,
        RECEIPTS_PATH + "ключ",
        "",
    ):
        with pytest.raises(ReceiptRefused):
            address.check(path)


def test_a_message_has_one_id_at_a_provider_however_often_it_is_sent() -> None:
    assert wire_id("194566112558:4") == wire_id("194566112558:4") != wire_id("194566112558:5")
    assert re.fullmatch("[0-9a-f]{32}", wire_id("194566112558:4"))
