"""Response parser of our own load generator: HTTP/1.1, parsed by httptools."""

from typing import NamedTuple

import httptools


class LoadResponse(NamedTuple):
    """One response, with its headers as they were sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return the first header of this name, which is given in lower case."""
        return next((value for each, value in self.headers if each.lower() == name), None)


class ResponseParser:
    """Parses the responses of one connection, none of them to HEAD."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._complete: list[LoadResponse] = []

    def feed(self, data: bytes) -> list[LoadResponse]:
        """Return the responses that this data completes.

        Raises ValueError for what is not HTTP, and for a response without a length.
        """
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            raise ValueError(str(error.__context__ or error)) from error
        complete, self._complete = self._complete, []
        return complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Refuse a response that ends only with its connection, which we keep alive."""
        if self._parser.should_keep_alive():
            return
        names = {name.lower() for name, _ in self._headers}
        if not names & {b"content-length", b"transfer-encoding"}:
            message = f"a response without a length: {self._headers}"
            raise ValueError(message)

    def on_body(self, body: bytes) -> None:
        """Collect a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Begin with the next response."""
        status, body = self._parser.get_status_code(), b"".join(self._body)
        self._complete.append(LoadResponse(status, self._headers, body))
        self._headers, self._body = [], []
