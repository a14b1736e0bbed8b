"""Forms with files: large, so few are read at once, and each has a limit of its own."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from msgspec import Struct

from gotovo.web.forms import fit
from gotovo.web.request import Request
from gotovo.web.site.errors import BadRequest, TooOften

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""A photograph of a good telephone has two to six megabytes."""

FILES_MAX: Final = 5

UPLOAD_BYTES_MAX: Final = FILES_MAX * FILE_BYTES_MAX + 65_536
"""All files at their largest, and the fields beside them."""

UPLOAD_SECONDS_MAX: Final = 120.0
"""Forty megabytes at three megabits a second, which a bad mobile network has."""

AT_ONCE_MAX: Final = 6
"""Each takes 80 MB at worst while it is taken apart; pictures are decoded one after the other."""

SMALL_BYTES_MAX: Final = 65_536
"""What holds no picture worth the name takes nobody's place."""

_WAIT = timedelta(seconds=10)
_PARTS_MAX = 300  # As many lines as the largest orders have, and what stands beside them.
_BOUNDARY = re.compile(
    r"""multipart/form-data;.*\bboundary="?([\w'()+,./:=?-]{1,70})"?\s*$""", re.IGNORECASE
)
_LENGTH = re.compile(r"[0-9]{1,7}")
_NAME = re.compile(rb';\s*name="([^"\r\n]*)"')
_FILE = re.compile(rb";\s*filename\*?=")


class Upload(Struct, frozen=True):
    """The fields of a form, and its files in order; fields without a file chosen hold none."""

    fields: Mapping[str, str]
    files: Sequence[bytes]


class Uploads:
    """Knows whose uploads this process is reading."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: set[str] = set()

    @contextmanager
    def one_more(self, customer: str, request: Request) -> Generator[None]:
        """Hold a place, one for each customer; raise TooOften when there is none."""
        if _is_small(request.header(b"content-length") or ""):
            yield
            return
        if customer in self._running or len(self._running) >= AT_ONCE_MAX:
            raise TooOften(_WAIT)
        self._running.add(customer)
        try:
            yield
        finally:
            self._running.remove(customer)


async def read_upload(request: Request) -> Upload:
    """Return a form with files; anything that is not one is a BadRequest."""
    said = _BOUNDARY.match(request.header(b"content-type") or "")
    if said is None:
        raise BadRequest
    body = await request.body(UPLOAD_BYTES_MAX, UPLOAD_SECONDS_MAX)
    fields: dict[str, str] = {}
    files: list[bytes] = []
    for head, content in _parts(body, said[1].encode()):
        name = _NAME.search(head)
        if name is None:
            raise BadRequest
        if _FILE.search(head):
            files += [content] if content else []
        else:
            fields[_text(name[1])] = _text(content)
    return Upload(fields, files)


def _is_small(length: str) -> bool:
    return bool(_LENGTH.fullmatch(length)) and int(length) <= SMALL_BYTES_MAX


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield head and content of each part (RFC 7578); an unfinished form is a BadRequest."""
    line = b"--" + boundary
    if not body.startswith(line):
        raise BadRequest
    begin = len(line)
    for _ in range(_PARTS_MAX):
        if body.startswith(b"--", begin):
            return
        end = body.find(b"\r\n" + line, begin)
        head_end = body.find(b"\r\n\r\n", begin, end)
        if end < 0 or head_end < 0:
            raise BadRequest
        yield body[begin:head_end], body[head_end + 4 : end]
        begin = end + 2 + len(line)
    raise BadRequest


def _text(sent: bytes) -> str:
    try:
        return fit(sent.decode())
    except UnicodeDecodeError as error:
        raise BadRequest from error
