"""gzip is for clients that accept it and for pages that another site did not ask for."""

import gzip

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse

from gotovo.http.compression import CompressedStart, accepts_gzip, compress_page
from tests.support.http.asgi import scope_of

PAGE = "<p>Готово</p>" * 1_000


def test_a_header_of_unlikely_length_is_not_parsed() -> None:
    assert accepts_gzip("br, gzip")
    assert not accepts_gzip(f"gzip{' ' * 400_000}x")
    assert not accepts_gzip(f"{'x,' * 200_000}gzip")


def test_a_compressed_page_has_the_length_and_the_bytes_of_its_own() -> None:
    response = HTMLResponse(PAGE)
    compress_page(Request(scope_of(accept_encoding="gzip")), response)
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(response.body))
    assert gzip.decompress(response.body).decode() == PAGE


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        (b"", {}),
        (b"", {"accept_encoding": "gzip", "sec_fetch_site": "cross-site"}),
        (b"q=a", {"accept_encoding": "gzip", "sec_fetch_site": "none"}),
        (b"q=a", {"accept_encoding": "gzip"}),
    ],
)
def test_a_page_that_could_leak_a_secret_stays_plain(query: bytes, headers: dict[str, str]) -> None:
    response = HTMLResponse(PAGE)
    compress_page(Request({**scope_of(**headers), "query_string": query}), response)
    assert "content-encoding" not in response.headers
    assert response.body == PAGE.encode()


def test_what_is_no_page_stays_plain() -> None:
    response = PlainTextResponse(PAGE)
    compress_page(Request(scope_of(accept_encoding="gzip")), response)
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("start", ["", PAGE])
@pytest.mark.parametrize("end", ["", "<p>в 14:05</p>", PAGE])
def test_a_start_is_compressed_once_for_every_end(start: str, end: str) -> None:
    compressed = CompressedStart(start.encode())
    for each in (end, f"{end}.", end):
        assert gzip.decompress(compressed.with_end(each.encode())).decode() == start + each
    assert len(compressed) < len(PAGE) / 20
