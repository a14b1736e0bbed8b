"""Notifications say what happened to which order, and nothing that others should not read."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gotovo.notices.routes.push_texts import push_text
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import Purpose
from gotovo.order.values.customer import Contact
from gotovo.words.language import LANGUAGES, Language
from tests.support.web.cast import NOW

NUMBER = "999900001111"
TEXT = "Заказ готов. Код получения: 482 913. Олимпийская, 4, Алина. К оплате 1 290 ₽."


def letter(purpose: Purpose, count: int = 1, until: datetime | None = None) -> Letter:
    return Letter(
        id=UUID(int=7),
        contact=Contact(phone="+79990000021", name="Алина", locale="ru"),
        customer="",
        number=NUMBER,
        purpose=purpose,
        language="ru",
        text=TEXT,
        at=NOW,
        count=count,
        until=until,
        time_zone="Europe/Moscow",
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_each_kind_is_told_without_code_sum_and_name(purpose: Purpose, language: Language) -> None:
    title, body = push_text(letter(purpose, until=NOW + timedelta(days=7)), language)
    said = f"{title} {body}".replace("\xa0", " ")
    assert "9999 0000 1111" in said
    assert not re.search(r"482|913|₽|Алина|Олимпийская", said)
    assert len(title) <= 45, "phones cut longer ones off"
    assert len(body) <= 120


def test_the_deadline_is_the_places_own() -> None:
    title, body = push_text(letter(Purpose.EXPIRING, until=NOW + timedelta(hours=24)), "en")
    assert title == "Your order is still waiting for you"
    assert body.replace("\xa0", " ") == (
        "Order 9999 0000 1111. Kept until 14:05 tomorrow, 23 November."
    )


def test_several_orders_are_counted() -> None:
    title, body = push_text(letter(Purpose.READY, count=2), "en")
    assert title.replace("\xa0", " ") == "2 orders are ready for pick-up"
    assert body == "Open for the code, the address and the hours."
