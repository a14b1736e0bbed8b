"""A push service can tell who sends, and whom to write to; the statement is for it alone."""

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature

from gotovo.notices.channels.push.authorization import authorization
from gotovo.notices.channels.push.vapid import vapid_public
from tests.support.notices.push_service import read_vapid

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = bytes(range(32))
ENDPOINT = "https://push.example.net/p/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
EXAMPLE = (
    "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJl"
    "eHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HL"
    "GkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61"
    "m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
)
"""The example of RFC 8292, section 2.4: that the tests' reader is right."""


def test_it_is_signed_for_one_service_and_for_less_than_a_day() -> None:
    seen = read_vapid(authorization(SECRET, ENDPOINT, "mailto:shop@example.ru", NOW))
    seen.check("https://push.example.net", NOW)
    assert seen.claims["sub"] == "mailto:shop@example.ru"
    assert seen.key == vapid_public(SECRET)


def test_the_reader_of_the_tests_takes_the_example_of_the_rfc_and_no_other() -> None:
    seen = read_vapid(EXAMPLE)
    seen.check("https://push.example.net", datetime.fromtimestamp(1453480568, UTC))
    with pytest.raises(InvalidSignature):
        read_vapid(EXAMPLE.replace("JleHAiOjE0NTM1", "JleHAiOjE0NTM2").replace("i3CY", "i3CZ"))
