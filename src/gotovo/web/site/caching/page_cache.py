"""Page cache: a buyer who returns to a page within the minute gets the one that was made.

A page is cached for its session alone and validated against the journal before each hit, as the
responses of the API are. It shows times to the minute, so it is made anew with each minute, and
whenever the session, the places or the keys have changed. One that shows anything else is not
cached: words that can be erased, an answer that may have been read, a form that works once.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from gotovo.access.buyer.sessions import key_of
from gotovo.http.compression import may_compress
from gotovo.web.site import cookies
from gotovo.web.site.caching.cached_page import CachedPage, PageSources
from gotovo.web.site.visit import Visit

CACHE_BYTES_MAX: Final = 8 * 2**20
"""Some 1,500 pages: what all buyers read in a busy second or two."""

_Key = tuple[bytes, str, str]


async def respond(visit: Visit, make: Callable[[], Awaitable[Response]]) -> Response:
    """Return the page of a GET as it would be made in this minute."""
    cache, key = visit.dependencies.page_cache, _key(visit)
    if cache is None or key is None:
        return await make()
    sources = _sources(visit)
    page = cache.peek(key)
    if page is not None and page.sources.are(sources):
        await visit.identity.look_up()
        if page.is_for(visit.session) and await cache.find(key) is page:
            return page.response(visit.now)
    await cache.begin()
    response = await make()
    if visit.session is None or visit.read_at is None or not _is_cacheable(visit, response):
        return response
    page = CachedPage(response, visit.session, sources, visit.now)
    cache.store(key, visit.session.customer, page, len(page), visit.read_at)
    return page.response(visit.now)


def _key(visit: Visit) -> _Key | None:
    """Return what tells pages apart; None where the page is not to be cached or compressed."""
    request, cookie = visit.request, visit.cookies.read(cookies.SESSION)
    if not cookie or request.scope["query_string"] or not may_compress(request):
        return None
    return key_of(cookie), request.scope["path"], visit.language


def _sources(visit: Visit) -> PageSources:
    minute = visit.now.replace(second=0, microsecond=0)
    return PageSources(minute, visit.dependencies.places(), visit.dependencies.keyring())


def _is_cacheable(visit: Visit, response: Response) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and visit.cookies.sets_nothing
        and visit.once.encode() not in bytes(response.body)
    )
