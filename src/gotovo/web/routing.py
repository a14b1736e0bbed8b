"""From a path to its pages: the table is one tuple, read from top to bottom by people."""

import re
from collections.abc import Iterable

from msgspec import Struct, field

from gotovo.web.site.errors import PageNotFound, WrongMethod
from gotovo.web.site.page import Page

_NAME = re.compile(r"\\\{(\w+)\\\}")  # As it stands in an escaped path.


class _Place(Struct):
    """All pages of one path, by method."""

    pages: dict[str, Page] = field(default_factory=dict)


class Router:
    """Finds a page: by the whole path, or by one of the few patterns."""

    def __init__(self, pages: Iterable[Page]) -> None:
        """Build the tables; a second page for the same method and path is our mistake."""
        self._exact: dict[str, _Place] = {}
        self._patterns: dict[re.Pattern[str], _Place] = {}
        for page in pages:
            place = self._place(page.path)
            assert page.method not in place.pages, page.path
            place.pages[page.method] = page

    def find(self, method: str, path: str) -> tuple[Page, dict[str, str]]:
        """Return the page and the names in its path; HEAD is a GET whose body is not sent."""
        path = path.rstrip("/") or "/"
        place, names = self._exact.get(path), {}
        if place is None:
            place, names = self._matching(path)
        page = place.pages.get("GET" if method == "HEAD" else method)
        if page is None:
            raise WrongMethod(", ".join(sorted(place.pages)))
        return page, names

    def _place(self, path: str) -> _Place:
        if "{" not in path:
            return self._exact.setdefault(path, _Place())
        said = _NAME.sub(r"(?P<\1>[^/]+)", re.escape(path))
        return self._patterns.setdefault(re.compile(said), _Place())

    def _matching(self, path: str) -> tuple[_Place, dict[str, str]]:
        for pattern, place in self._patterns.items():
            found = pattern.fullmatch(path)
            if found:
                return place, found.groupdict()
        raise PageNotFound
