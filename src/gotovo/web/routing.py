"""The tables of pages joined into one for the router."""

from collections.abc import Iterable

from gotovo.web.site.page import Page


def pages_by_path(pages: Iterable[Page]) -> dict[str, dict[str, Page]]:
    """Return the pages of each path by method, in the order of the tables."""
    paths: dict[str, dict[str, Page]] = {}
    for page in pages:
        methods = paths.setdefault(page.path, {})
        assert page.method not in methods, page.path
        methods[page.method] = page
    return paths
