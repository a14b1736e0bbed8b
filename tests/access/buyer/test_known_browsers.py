"""A browser that has signed in is known again, for that phone alone, and names nobody."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.access.buyer.known_browsers import LIFETIME, TOKENS_MAX, find, remember
from gotovo.keyring.keyring import one_key
from gotovo.order.values.customer import customer_id

SECRET = b"a secret that only tests use, 32"
KEYS = one_key(SECRET)
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ALINA = customer_id(SECRET, "+79001234567")
BORIS = customer_id(SECRET, "+79007654321")


def signed_in(cookie: str, customer: str, now: datetime = NOW) -> str:
    """Return the cookie after a sign-in."""
    return remember(KEYS, cookie, customer, now, random_bytes=os.urandom)


def test_a_browser_is_known_for_the_phone_that_it_signed_in_with() -> None:
    cookie = signed_in("", ALINA)
    assert find(KEYS, cookie, ALINA, NOW)
    assert find(KEYS, cookie, BORIS, NOW) == ""
    assert find(one_key(b"another secret"), cookie, ALINA, NOW) == ""


def test_people_who_share_a_device_are_all_known_up_to_a_number() -> None:
    people = [customer_id(SECRET, f"+7900000000{turn}") for turn in range(TOKENS_MAX + 1)]
    cookie = ""
    for each in people:
        cookie = signed_in(cookie, each)
    known = [bool(find(KEYS, cookie, each, NOW)) for each in people]
    assert known == [False, *[True] * TOKENS_MAX]
    assert len(cookie) < 200


def test_signing_in_again_replaces_the_token() -> None:
    first = signed_in("", ALINA)
    second = signed_in(first, ALINA)
    assert len(second) == len(first)
    assert find(KEYS, second, ALINA, NOW) != find(KEYS, first, ALINA, NOW)


def test_a_browser_is_forgotten_after_a_year() -> None:
    cookie = signed_in("", ALINA)
    assert find(KEYS, cookie, ALINA, NOW + LIFETIME)
    assert find(KEYS, cookie, ALINA, NOW + LIFETIME + timedelta(days=1)) == ""


def test_the_cookie_names_neither_the_phone_nor_the_customer() -> None:
    cookie = signed_in("", ALINA)
    assert "9001234567" not in cookie
    assert ALINA not in cookie


@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_\-]{40}(\.[A-Za-z0-9_\-]{40})*"))
def test_a_cookie_that_anybody_wrote_is_worth_nothing(cookie: str) -> None:
    assert find(KEYS, cookie, ALINA, NOW) == ""
    assert find(KEYS, signed_in(cookie, ALINA), ALINA, NOW)


@pytest.mark.parametrize("at", [0, 15, 17, 20, 39])
def test_a_token_with_one_letter_changed_is_worth_nothing(at: int) -> None:
    cookie = signed_in("", ALINA)
    other = "A" if cookie[at] != "A" else "B"
    assert find(KEYS, cookie[:at] + other + cookie[at + 1 :], ALINA, NOW) == ""
