"""The API's way around starlette where a command or a read would pay for it.

Measured on CPython 3.11, microseconds a request: starlette's router 9 to 50 (it tries one pattern
after another), its headers 8 for the eight that a command is judged by (each a search through a
list), its response 3. Here: 1, 1 and 0.6. All that the API does for a command outside its handler
is 16, so starlette's own would double it.

Kept as raw bytes: header names and values, bodies, and the media types of responses.
"""

from collections.abc import Iterable
from typing import Final, Generic, TypeVar

from msgspec import Struct, field
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from gotovo.http.errors import Header

JSON: Final = b"application/json"

T = TypeVar("T")


class HotResponse(Response):
    """A response whose bytes are complete: starlette's, without encoding header by header."""

    def __init__(
        self,
        body: bytes,
        status: int = 200,
        media_type: bytes = JSON,
        headers: tuple[Header, ...] = (),
    ) -> None:
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [
            (b"content-type", media_type),
            (b"content-length", str(len(body)).encode()),
            *headers,
        ]

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in two messages: nothing runs behind it, and it is no answer to a websocket."""
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


class _Node(Struct, Generic[T]):
    """The place of one segment in the tree."""

    exact: dict[str, "_Node[T]"] = field(default_factory=dict)
    parameter: str = ""
    below_parameter: "_Node[T] | None" = None
    routes: dict[str, T] = field(default_factory=dict)


class RouteTree(Generic[T]):
    """Routes by path and method: finding one takes as many steps as the path has segments.

    A segment in braces matches any text for which there is no exact segment.
    """

    def __init__(self, routes: Iterable[tuple[str, str, T]]) -> None:
        """Build the tree of (method, path, route); a route given twice is an error of ours."""
        self._root: _Node[T] = _Node()
        for method, path, route in routes:
            node = self._root
            for segment in path.split("/")[1:]:
                node = _below(node, segment)
            assert method not in node.routes, path
            node.routes[method] = route

    def find(self, path: str) -> tuple[dict[str, T], dict[str, str]] | None:
        """Return the routes of a path by method, and its parameters; None for an unknown path."""
        node = self._root
        path_params: dict[str, str] = {}
        for segment in path.split("/")[1:]:
            exact = node.exact.get(segment)
            if exact is not None:
                node = exact
            elif node.below_parameter is not None and segment:
                path_params[node.parameter] = segment
                node = node.below_parameter
            else:
                return None
        return (node.routes, path_params) if node.routes else None


def _below(node: _Node[T], segment: str) -> _Node[T]:
    if not segment.startswith("{"):
        return node.exact.setdefault(segment, _Node())
    if node.below_parameter is None:
        node.parameter = segment.strip("{}")
        node.below_parameter = _Node()
    return node.below_parameter
