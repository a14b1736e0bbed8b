"""What is sent to a browser is what the RFC says, and nobody else can read it."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from hypothesis import given
from hypothesis import strategies as st

from gotovo.notices.channels.push.encryption import PLAINTEXT_BYTES_MAX, RECORD_BYTES, encrypted
from tests.support.notices.push_service import SubscribedBrowser, decoded

TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)
"""The example of RFC 8291, section 5."""


def key_of(text: str):  # noqa: ANN201  (a private key)
    return derive_private_key(int.from_bytes(decoded(text), "big"), SECP256R1())


def test_the_example_of_the_rfc_is_made_and_read() -> None:
    browser = SubscribedBrowser(key_of(BROWSER), decoded(AUTH))
    made = encrypted(TEXT, browser.public_key, browser.auth, key_of(SENDER), decoded(SALT))
    assert made == decoded(BODY)
    assert browser.decrypted(decoded(BODY)) == TEXT


@given(text=st.binary(max_size=PLAINTEXT_BYTES_MAX).filter(lambda x: not x.endswith(b"\0")))
def test_whatever_fits_into_a_record_arrives_and_no_two_messages_look_alike(text: bytes) -> None:
    browser = SubscribedBrowser()
    first, second = (encrypted(text, browser.public_key, browser.auth) for _ in range(2))
    assert first != second
    assert len(first) <= RECORD_BYTES
    assert browser.decrypted(first) == browser.decrypted(second) == text


def test_another_browser_cannot_read_it_and_a_changed_one_is_noticed() -> None:
    browser = SubscribedBrowser()
    body = encrypted(TEXT, browser.public_key, browser.auth)
    changed = body[:-1] + bytes([body[-1] ^ 1])
    for reader, seen in ((SubscribedBrowser(), body), (browser, changed)):
        with pytest.raises(InvalidTag):
            reader.decrypted(seen)
