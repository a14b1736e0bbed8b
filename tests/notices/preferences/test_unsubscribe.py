"""A link in an e-mail names whom and what it is about, and nobody else can make one."""

from datetime import date

import pytest

from gotovo.notices.preferences.preferences import NEEDED, OPTIONAL
from gotovo.notices.preferences.unsubscribe import (
    UNSUBSCRIBE_PATH,
    UnsubscribeLinks,
    Unsubscription,
)
from gotovo.notices.rules import NoticeKind

CUSTOMER = "7f" * 16
SITE = "https://gotovo.test"
TODAY = date(2026, 11, 29)
OLD, NEW = b"o" * 32, b"n" * 32


def links(*keys: bytes, site: str = SITE) -> UnsubscribeLinks:
    return UnsubscribeLinks(site, lambda: keys)


@pytest.mark.parametrize("kind", OPTIONAL)
def test_a_link_is_read_as_it_was_made(kind: NoticeKind) -> None:
    url = links(NEW).url(CUSTOMER, kind, TODAY)
    assert url.startswith(f"{SITE}{UNSUBSCRIBE_PATH}{kind}.")
    token = url.rpartition("/")[2]
    assert links(NEW).read(token) == Unsubscription(CUSTOMER, kind, TODAY)


@pytest.mark.parametrize("kind", NEEDED)
def test_there_is_none_for_what_can_not_be_switched_off(kind: NoticeKind) -> None:
    assert links(NEW).url(CUSTOMER, kind, TODAY) == ""
    forged = links(NEW).token(Unsubscription(CUSTOMER, kind, TODAY))
    assert links(NEW).read(forged) is None


def test_without_an_address_of_the_site_there_is_none() -> None:
    assert links(NEW, site="").url(CUSTOMER, NoticeKind.REFUNDS, TODAY) == ""


def test_links_stay_good_while_the_key_is_replaced_and_end_with_it() -> None:
    token = links(OLD).token(Unsubscription(CUSTOMER, NoticeKind.REFUNDS, TODAY))
    assert links(NEW, OLD).read(token) == Unsubscription(CUSTOMER, NoticeKind.REFUNDS, TODAY)
    assert links(NEW).read(token) is None


@pytest.mark.parametrize(
    "form",
    [
        "promise.{customer}.{day}.{mark}",
        "{kind}.00000000000000000000000000000000.{day}.{mark}",
        "{kind}.{customer}.{day}.{mark}0",
        "{kind}.{customer}.{day}.ééé",
        "{kind}.{customer}.20261130.{mark}",
        "{kind}.{customer}.20261345.{mark}",
        "{kind}.{customer}.²0261129.{mark}",
        "{kind}.{customer}.{mark}",
        "{kind}.{customer}",
        "{kind}.{customer}.{day}.{mark}.",
        "{kind}..{day}.{mark}",
        "...",
        "",
    ],
)
def test_a_token_that_was_changed_is_about_nobody(form: str) -> None:
    token = links(NEW).token(Unsubscription(CUSTOMER, NoticeKind.REFUNDS, TODAY))
    kind, customer, day, mark = token.split(".")
    assert links(NEW).read(form.format(kind=kind, customer=customer, day=day, mark=mark)) is None
