"""A line of the log names the request and the fault, and holds nothing about a person."""

import asyncio
import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import asyncpg
import msgspec
import pytest
import structlog

from gotovo.assembly.logs import ForwardingHandler, configure_structlog
from gotovo.http.request_ids import enter_request
from gotovo.store.postgres.errors import EmbeddedError
from tests.support.http.asgi import scope_of
from tests.support.web.cast import ALINA

LOG = structlog.get_logger("gotovo.test")
PERSONAL = (ALINA, "Алина", "alina@example.org", "Лесная, 7", "gtv_abc_defghijkl")


class Lines:
    """What was logged since."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    def text(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]

    def only(self) -> dict[str, Any]:
        (line,) = self.all()
        return line


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    return Lines(capsys)


def raised(error: BaseException) -> BaseException:
    """Return an exception as it is caught: with the place it was raised at."""
    with pytest.raises(type(error)) as found:
        raise error
    return found.value


def test_a_line_is_json_with_the_id_of_its_request(lines: Lines) -> None:
    enter_request({**scope_of(), "headers": [(b"x-request-id", b"asked-7")]})
    LOG.warning("something happened", count=3)
    line = lines.only()
    assert (line["event"], line["level"], line["count"]) == ("something happened", "warning", 3)
    assert line["request_id"] == "asked-7"
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize("person", PERSONAL)
def test_no_message_of_an_exception_is_logged_but_its_type_and_place(
    lines: Lines, person: str
) -> None:
    caught = raised(ValueError(f"cannot read {person}"))
    caught.__cause__ = raised(KeyError(person))
    LOG.error("it failed", exc_info=caught, error=RuntimeError(person))
    text = lines.text()
    assert person not in text
    line = lines.only()
    assert line["error"] == "RuntimeError"
    assert line["exception"]["type"] == "ValueError"
    assert line["exception"]["cause"]["type"] == "KeyError"
    assert "test_logs.py" in line["exception"]["places"][0]


async def test_a_row_that_is_there_already_is_named_by_its_constraint_without_its_values(
    lines: Lines, pool: "asyncpg.Pool[Any]"
) -> None:
    insert = "insert into account (customer, signed_in_at) values ($1, '2026-01-01 00:00+00')"
    await pool.execute(insert, ALINA)
    with pytest.raises(asyncpg.UniqueViolationError) as found:
        await pool.execute(insert, ALINA)
    assert ALINA in str(found.value), "the driver puts the value into its message"
    LOG.error("it failed", exc_info=found.value, error=found.value)
    with pytest.raises(asyncpg.DataError) as found_again:
        await pool.execute("select $1::integer", ALINA)
    LOG.error("it failed", exc_info=found_again.value)
    assert ALINA not in lines.text()
    first = lines.all()[0]
    assert first["exception"]["constraint_name"] == "account_pkey"
    assert first["error"] == "asyncpg.exceptions.UniqueViolationError 23505 account account_pkey"


def test_a_message_that_we_wrote_for_operators_is_logged(lines: Lines) -> None:
    LOG.error("it failed", error=EmbeddedError("set GOTOVO_DATA_DIR"))
    assert lines.only()["error"].endswith("EmbeddedError set GOTOVO_DATA_DIR")


@pytest.mark.parametrize(
    "text",
    [ALINA, "alina@example.org", "gtv_abc_defghijkl", "/track/Ab-cd", "/unsubscribe/a.b-c.d"],
)
def test_what_looks_like_a_phone_an_address_or_a_token_is_masked_wherever_it_stands(
    lines: Lines, text: str
) -> None:
    event = f"of {text}"
    LOG.info(event, value=text, inside=[{"deep": text}], other=msgspec.Raw(text.encode()))
    assert text not in lines.text()
    assert lines.only()["event"] == "of ***"


@contextmanager
def forwarded(name: str) -> Generator[logging.Logger]:
    """Give a logger whose lines take the way of the program's."""
    logger, handler = logging.getLogger(name), ForwardingHandler()
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        logger.propagate = True


async def test_asyncio_tells_of_a_lost_task_without_its_exception(lines: Lines) -> None:
    async def fails() -> None:
        raise ValueError(ALINA)

    with forwarded("asyncio"):
        task = asyncio.create_task(fails())
        await asyncio.wait([task])
        del task
        await asyncio.sleep(0)
    line = lines.only()
    assert ALINA not in json.dumps(line)
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"]["type"] == "ValueError"


def test_other_libraries_log_in_the_same_form_without_arguments(lines: Lines) -> None:
    with forwarded("a-library") as logger:
        logger.warning("cannot reach %s", "Алина")
    line = lines.only()
    assert (line["event"], line["logger"]) == ("cannot reach %s", "a-library")


def test_the_log_can_be_text(lines: Lines) -> None:
    configure_structlog("info", "text")
    try:
        LOG.warning("something happened", phone=ALINA)
    finally:
        configure_structlog("debug", "json")
    text = lines.text()
    assert "something happened" in text
    assert ALINA not in text
    assert not text.startswith("{")
