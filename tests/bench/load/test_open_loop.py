"""Open loop: requests arrive at their rate, and the outcome of each is counted."""

import time
from pathlib import Path

from gotovo.bench.load.generator import RequestFile, raw_request, write_request_file
from gotovo.bench.load.open_loop import load
from tests.support.bench.fake_server import OK, REFUSED, fake_server

WITHOUT_RETRY_AFTER = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def _requests(folder: Path, count: int) -> RequestFile:
    requests = (
        raw_request("POST", "/", {"Idempotency-Key": f"key-{number}"}) for number in range(count)
    )
    return write_request_file(folder / "requests", requests)


async def test_requests_arrive_at_their_rate_even_if_responses_are_slow(
    tmp_path: Path,
) -> None:
    request_file = _requests(tmp_path, 50)
    began_at = time.monotonic()
    async with fake_server(lambda _: OK, slow=1) as received:
        result = await load(received.port, request_file.file, 100, 50, 60)
    assert time.monotonic() - began_at >= 0.5
    assert (result.offered, result.unsent) == (50, 0)
    assert result.accepted.statuses == {200: 50}
    assert result.accepted.latencies.p999_ms >= 1_000


async def test_who_finds_no_connection_is_unsent_and_not_sent(tmp_path: Path) -> None:
    async with fake_server(lambda _: OK, slow=1) as received:
        result = await load(received.port, _requests(tmp_path, 20).file, 1_000, 1, 60)
    assert result.unsent == 20 - len(received.keys) > 0
    assert result.accepted.count == len(received.keys)


async def test_refusals_without_a_time_to_retry_are_counted_apart(
    tmp_path: Path,
) -> None:
    replies = [OK, REFUSED, WITHOUT_RETRY_AFTER]
    async with fake_server(lambda turn: replies[turn % 3]) as received:
        result = await load(received.port, _requests(tmp_path, 30).file, 1_000, 30, 60)
    assert (result.refused, result.without_retry_after) == (20, 10)
    assert result.accepted.statuses == {200: 10, 503: 20}


async def test_a_lost_connection_is_replaced(tmp_path: Path) -> None:
    async with fake_server(lambda turn: b"" if turn == 2 else OK) as received:
        result = await load(received.port, _requests(tmp_path, 10).file, 10, 1, 60)
    assert result.accepted.lost == 1
    assert result.accepted.count == 9 - result.unsent > 1
