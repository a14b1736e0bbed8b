"""E-mail addresses: what mail could reach, in one form."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from gotovo.access.emails import _USUAL, _USUAL_MAX, ascii_email, parse_email


@given(st.from_regex(_USUAL, fullmatch=True).filter(lambda typed: len(typed) <= _USUAL_MAX))
def test_an_usual_address_is_read_as_the_validator_reads_it(typed: str) -> None:
    judged = validate_email(typed, check_deliverability=False, strict=True)
    assert parse_email(typed) == judged.normalized


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("anna@example.com", "anna@example.com"),
        ("Anna.K+shop@Example.COM", "Anna.K+shop@example.com"),
        ("почта@пример.рф", "почта@пример.рф"),
        ("anna@xn--e1afmkfd.xn--p1ai", "anna@пример.рф"),
    ],
)
def test_an_address_keeps_its_name_and_its_domain_is_written_in_one_form(
    typed: str, address: str
) -> None:
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "anna@@example.com",
        "anna @example.com",
        "anna@exa mple.com",
        "anna@-example.com",
        "anna@example..com",
        "a..b@example.com",
        "anna@127.0.0.1",
        "anna@localhost",
        "a@b.com, c@d.com",
        "Анна <anna@example.com>",
        "a" * 65 + "@example.com",
        "",
    ],
)
def test_what_mail_could_not_reach_is_no_address(typed: str) -> None:
    assert parse_email(typed) is None


@given(st.from_regex(_USUAL, fullmatch=True).filter(lambda typed: len(typed) <= _USUAL_MAX))
def test_an_usual_address_is_its_own_ascii_form(typed: str) -> None:
    assert ascii_email(typed) == validate_email(typed, check_deliverability=False).ascii_email


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("Anna@example.com", "Anna@example.com"),
        ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai"),
        ("почта@пример.рф", None),
        ("anna@example.com\r\nBcc: b@example.com", None),
        ("anna@example.com, b@example.com", None),
        ("", None),
    ],
)
def test_mail_servers_get_ascii_or_nothing(address: str, form: str | None) -> None:
    assert ascii_email(address) == form
