"""The list of pages that are looked at leaves none out."""

from gotovo.web.application import DEMO_PAGES, PAGES
from tests.support.web.pages import NO_PAGES, OF_ORDERS, OF_PAYMENTS, OTHERS


def test_every_page_is_among_those_that_are_looked_at() -> None:
    routes = {page.path for page in (*PAGES, *DEMO_PAGES) if page.method == "GET"}
    assert routes == {*OF_ORDERS, *OF_PAYMENTS, *OTHERS, *NO_PAGES}
