"""Receipts of each provider: what they tell, and that forged ones are refused."""

from contextlib import suppress
from functools import cache
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.notices.channels.port import (
    DeliveryState,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
)
from gotovo.notices.channels.sms.account import SmsAccount
from gotovo.notices.channels.sms.callbacks import RECEIPTS_PATH, receipt_token
from gotovo.notices.channels.sms.http_sms import HttpSmsChannel
from gotovo.notices.channels.sms.template import SmsTemplate, recipe
from tests.support.notices.sms import ACCOUNT, KEY, OLDER_KEY, address_of, receipt_path
from tests.support.notices.sms_providers import Smsc, SmsRu, Twilio

SMSC, SMS_RU, TWILIO = recipe("smsc"), recipe("sms.ru"), recipe("twilio")
SIGNED = structs.replace(ACCOUNT, secret="their secret")


def channel_of(template: SmsTemplate, account: SmsAccount = ACCOUNT) -> HttpSmsChannel:
    """Return a channel that only reads receipts: it has no request to make."""
    return HttpSmsChannel(template, account, address_of(template), idle_client())


@cache
def idle_client() -> httpx.AsyncClient:
    """Return a client that connects to nothing; each one reads all authorities of the system."""
    return httpx.AsyncClient()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("-1", "accepted"), ("0", "sent"), ("1", "delivered"), ("2", "delivered"),
        ("3", "expired"), ("20", "undelivered"), ("22", "undelivered"), ("77", "unknown"),
    ],
)  # fmt: skip
def test_smsc_tells_the_state_of_our_id(status: str, state: str) -> None:
    path = receipt_path(SMSC)
    (told,) = channel_of(SMSC).receipts(Smsc.receipt(path, "ab12", status))
    assert told == Receipt("ab12", DeliveryState(state), status)
    signed = Smsc.receipt(path, "ab12", status, "their secret")
    assert channel_of(SMSC, SIGNED).receipts(signed) == [told]


def test_smsc_has_to_sign_where_its_secret_is_known() -> None:
    path, channel = receipt_path(SMSC), channel_of(SMSC, SIGNED)
    with pytest.raises(ReceiptRefused, match="signature is missing: sha1, md5"):
        channel.receipts(Smsc.receipt(path, "ab12", "1"))
    with pytest.raises(ReceiptRefused, match="signature sha1 is wrong"):
        channel.receipts(Smsc.receipt(path, "ab12", "1", "guessed"))
    genuine = Smsc.receipt(path, "ab12", "20", "their secret")
    altered = structs.replace(genuine, body=genuine.body.replace(b"status=20", b"status=1"))
    with pytest.raises(ReceiptRefused, match="signature sha1 is wrong"):
        channel.receipts(altered)
    one = genuine.body.replace(b"&sha1=", b"&other=")
    assert len(channel.receipts(structs.replace(genuine, body=one))) == 1


def test_sms_ru_tells_of_many_messages_at_once_and_signs_them() -> None:
    path, channel = receipt_path(SMS_RU), channel_of(SMS_RU)
    statuses = {"000000-1": "102", "000000-2": "103", "000000-3": "104", "000000-4": "107"}
    told = channel.receipts(SmsRu.receipts(path, statuses))
    assert channel.receipts_response == "100"
    assert [(each.provider_id, each.state.value) for each in told] == [
        ("000000-1", "sent"),
        ("000000-2", "delivered"),
        ("000000-3", "expired"),
        ("000000-4", "undelivered"),
    ]
    odd = channel.receipts(SmsRu.receipts(path, {"№ 1": "103", "000000-2": "103"}))
    assert [each.provider_id for each in odd] == ["000000-2"]
    with pytest.raises(ReceiptRefused, match="signature hash is wrong"):
        channel.receipts(SmsRu.receipts(path, statuses, "guessed"))
    bare = ReceiptRequest("POST", path, body=urlencode({"data[0]": "sms_status\n1\n103"}).encode())
    with pytest.raises(ReceiptRefused, match="signature is missing: hash"):
        channel.receipts(bare)


def test_twilio_signs_the_address_and_the_fields() -> None:
    channel, url = channel_of(TWILIO), address_of(TWILIO).url
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    fields |= {"To": "+79005550123", "AccountSid": "AC1"}
    (told,) = channel.receipts(Twilio.receipt(url, fields))
    assert told == Receipt("SM1", DeliveryState.UNDELIVERED, "undelivered", "30003")
    (told,) = channel.receipts(Twilio.receipt(url, fields, query="x=1"))
    assert told.provider_id == "SM1"
    genuine = Twilio.receipt(url, fields)
    for forged in (
        Twilio.receipt(url, fields, token="guessed"),
        Twilio.receipt(url.replace("https", "http"), fields),
        structs.replace(genuine, body=genuine.body.replace(b"undelivered", b"delivered")),
        structs.replace(genuine, query="x=1"),
        structs.replace(genuine, headers={"x-twilio-signature": "ы"}),
    ):
        with pytest.raises(ReceiptRefused, match="signature x-twilio-signature is wrong"):
            channel.receipts(forged)
    with pytest.raises(ReceiptRefused, match="signature is missing"):
        channel.receipts(structs.replace(genuine, headers={}))


@pytest.mark.parametrize("template", [SMSC, SMS_RU, TWILIO], ids=lambda each: each.name)
def test_a_wrong_address_is_refused_before_anything_is_read(template: SmsTemplate) -> None:
    channel = channel_of(template)
    for path in ("/", "/receipts/sms/", "/receipts/sms/guessed", "/receipts/sms/ы", "guessed"):
        with pytest.raises(ReceiptRefused, match="the address has a wrong token"):
            channel.receipts(ReceiptRequest("POST", path, body=b"\xff"))


def test_the_address_under_an_older_key_still_leads_here() -> None:
    for key in (KEY, OLDER_KEY):
        path = RECEIPTS_PATH + receipt_token(key, SMSC.name)
        assert len(channel_of(SMSC).receipts(Smsc.receipt(path, "ab12", "1"))) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "id or status is missing"),
        (b"id=1", "id or status is missing"),
        (b"id=%0A&status=1", "id or status is missing"),
        (b"id=" + b"1" * 129 + b"&status=1", "id or status is missing"),
        (b"\xff", "can't be read"),
        (b"id=%FF&status=1", "can't be read"),
        (b"a&" * 1_001, "can't be read"),
        (b"x" * 300_000, "more than 262144 bytes"),
    ],
)
def test_what_is_no_receipt_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ReceiptRefused, match=reason):
        channel_of(SMSC).receipts(ReceiptRequest("POST", receipt_path(SMSC), body=body))


def test_a_template_may_have_receipts_in_json() -> None:
    assert SMSC.receipt is not None
    in_json = structs.replace(SMSC, receipt=structs.replace(SMSC.receipt, format="json"))
    path = receipt_path(SMSC)
    body = b'{"id": 12, "status": 1, "err": null}'
    (told,) = channel_of(in_json).receipts(ReceiptRequest("POST", path, body=body))
    assert (told.provider_id, told.state) == ("12", DeliveryState.DELIVERED)
    with pytest.raises(ReceiptRefused, match="JSON"):
        channel_of(in_json).receipts(ReceiptRequest("POST", path, body=b'{"id": [1]}'))
    silent = structs.replace(SMSC, receipt=None)
    with pytest.raises(ReceiptRefused, match="the template has no receipts"):
        channel_of(silent).receipts(ReceiptRequest("POST", path))


@given(st.binary(max_size=300), st.text(max_size=60), st.sampled_from(["GET", "POST"]))
def test_whatever_comes_is_read_or_refused(body: bytes, query: str, method: str) -> None:
    for template in (SMSC, SMS_RU, TWILIO):
        request = ReceiptRequest(method, receipt_path(template), query, {}, body)
        with suppress(ReceiptRefused):
            told = channel_of(template).receipts(request)
            assert all(each.provider_id for each in told)
