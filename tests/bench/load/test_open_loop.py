"""Open load: requests arrive at their rate, and what becomes of each is counted."""

import time
from pathlib import Path

from gotovo.bench.load.generator import RequestFile, raw_request, write_request_file
from gotovo.bench.load.open_loop import load
from tests.support.bench.fake_server import OK, REFUSED, answering

WITHOUT_RETRY_AFTER = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def _book(folder: Path, count: int) -> RequestFile:
    requests = (
        raw_request("POST", "/", {"Idempotency-Key": f"key-{number}"}) for number in range(count)
    )
    return write_request_file(folder / "book", requests)


async def test_requests_arrive_at_their_rate_although_nobody_answers_quickly(
    tmp_path: Path,
) -> None:
    book = _book(tmp_path, 50)
    began_at = time.monotonic()
    async with answering(lambda _: OK, slow=1) as asked:
        result = await load(asked.port, book.file, 100, 50, 60)
    assert time.monotonic() - began_at >= 0.5
    assert (result.offered, result.unsent) == (50, 0)
    assert result.accepted.statuses == {200: 50}
    assert result.accepted.latencies.p999_ms >= 1_000


async def test_who_finds_no_connection_is_unsent_and_not_sent(tmp_path: Path) -> None:
    async with answering(lambda _: OK, slow=1) as asked:
        result = await load(asked.port, _book(tmp_path, 20).file, 1_000, 1, 60)
    assert result.unsent == 20 - len(asked.keys) > 0
    assert result.accepted.count == len(asked.keys)


async def test_refusals_are_told_apart_by_whether_they_say_when_to_come_again(
    tmp_path: Path,
) -> None:
    replies = [OK, REFUSED, WITHOUT_RETRY_AFTER]
    async with answering(lambda turn: replies[turn % 3]) as asked:
        result = await load(asked.port, _book(tmp_path, 30).file, 1_000, 30, 60)
    assert (result.refused, result.without_retry_after) == (20, 10)
    assert result.accepted.statuses == {200: 10, 503: 20}


async def test_a_lost_connection_is_replaced(tmp_path: Path) -> None:
    async with answering(lambda turn: b"" if turn == 2 else OK) as asked:
        result = await load(asked.port, _book(tmp_path, 10).file, 10, 1, 60)
    assert result.accepted.lost == 1
    assert result.accepted.count == 9 - result.unsent > 1
