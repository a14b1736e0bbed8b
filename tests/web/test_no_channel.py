"""An installation that reaches no phone says so, and never takes a phone number for nothing."""

from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from gotovo.web.site.dependencies import WebDependencies
from tests.support.cli.program import Program
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA
from tests.support.web.stage import browser_of

SAID = {
    "en": ("Sign-in is not set up here", "Where is my order?", "Nothing was sent"),
    "ru": ("Вход здесь не настроен", "Где мой заказ?", "Ничего не отправлено"),
}


@pytest.fixture
def silent(dependencies: WebDependencies) -> WebDependencies:
    """Give the pages of an installation without a channel, as outside the demo."""
    return structs.replace(dependencies, channel=None, phone=None)


@pytest.mark.parametrize("language", SAID)
async def test_the_front_page_says_that_nobody_can_sign_in(
    silent: WebDependencies, language: str
) -> None:
    async with browser_of(silent) as client:
        page = await Buyer(client).opens(f"/?lang={language}")
    text = text_of(page.text)
    for said in SAID[language][:2]:
        assert said in text
    assert "<form" not in page.text


@pytest.mark.parametrize("language", SAID)
async def test_asking_for_a_code_is_refused_in_words_and_leaves_nothing_behind(
    silent: WebDependencies, pool: "asyncpg.Pool[Any]", language: str
) -> None:
    async with browser_of(silent) as client:
        client.headers["accept-language"] = language
        page = await client.post("/sign-in-code", data={"phone": ALINA})
    assert page.status_code == 503
    for said in SAID[language][::2]:
        assert said in text_of(page.text)
    for table in ("phone_message", "sign_in_code", "rate_limit"):
        assert await pool.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608


def test_the_program_outside_the_demo_serves_its_pages_that_way(
    tmp_path: Path, database_url: str
) -> None:
    program = Program(tmp_path, database_url)
    program.start()
    try:
        with httpx.Client(base_url=program.url, headers={"accept-language": "en"}) as client:
            assert SAID["en"][0] in client.get("/").text
            assert client.post("/sign-in-code", data={"phone": ALINA}).status_code == 503
            assert client.get("/phone").status_code == 404
        assert "sign-in is off" in program.log()
    finally:
        program.stop()
