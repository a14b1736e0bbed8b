"""starlette's request with a cap on the query, where the first value of a name counts.

starlette lets the last one win. A browser sends the most specific cookie first, so a later one may
have been planted for the whole domain.
"""

from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams
from starlette.requests import Request, cookie_parser
from typing_extensions import override

from gotovo.http.caps import QUERY_BYTES_MAX


class PageRequest(Request):
    """A request of a browser."""

    @property
    @override
    def query_params(self) -> QueryParams:
        """The query; what exceeds the cap is ignored."""
        if not hasattr(self, "_query_params"):
            query: bytes = self.scope["query_string"][:QUERY_BYTES_MAX]
            first: dict[str, str] = {}
            if query:
                for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
                    first.setdefault(name, value)
            self._query_params = QueryParams(first)
        return self._query_params

    @property
    @override
    def cookies(self) -> dict[str, str]:
        """The cookies of all cookie headers: HTTP/2 splits them."""
        if not hasattr(self, "_cookies"):
            sent = ";".join(self.headers.getlist("cookie")).split(";")
            self._cookies = cookie_parser(";".join(reversed(sent)))
        return self._cookies
