"""Uploads are large: each customer has one at a time, and small forms wait for nobody."""

from contextlib import ExitStack
from typing import Any

import pytest

from gotovo.web.request import Request
from gotovo.web.site.errors import TooOften
from gotovo.web.uploading import AT_ONCE_MAX, SMALL_BYTES_MAX, UPLOAD_BYTES_MAX, Uploads


def of_length(length: int | str) -> Request:
    """Return a request that says how long its body is."""
    headers = [(b"content-length", str(length).encode())]
    return Request({"method": "POST", "path": "/", "headers": headers}, unread)


async def unread() -> dict[str, Any]:
    """Fail, since nobody here reads a body."""
    raise AssertionError


def test_a_customer_uploads_one_form_at_a_time() -> None:
    uploads = Uploads()
    large = of_length(UPLOAD_BYTES_MAX)
    with uploads.one_more("alina", large), uploads.one_more("boris", large):
        with pytest.raises(TooOften), uploads.one_more("alina", large):
            pass
        with uploads.one_more("alina", of_length(SMALL_BYTES_MAX)):
            pass
    with uploads.one_more("alina", large):
        pass


@pytest.mark.parametrize("length", [UPLOAD_BYTES_MAX, "", "9" * 5_000, "-1"])
def test_a_process_reads_only_so_many_and_what_does_not_say_its_length_is_large(
    length: int | str,
) -> None:
    uploads = Uploads()
    with ExitStack() as running:
        for number in range(AT_ONCE_MAX):
            running.enter_context(uploads.one_more(str(number), of_length(length)))
        with pytest.raises(TooOften), uploads.one_more("one more", of_length(length)):
            pass
