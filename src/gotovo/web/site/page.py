"""A row of a table of pages: the handler of a path, and what it needs."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer.accounts import is_fresh
from gotovo.store.tables.access.sign_in import Session
from gotovo.web.site.caching import page_cache
from gotovo.web.site.cookies import SessionCookie
from gotovo.web.site.errors import AlreadySignedIn, ConfirmationRequired, SignInRequired
from gotovo.web.site.visit import Visit

Handler = Callable[..., Awaitable[Response]]
"""Takes the visit, what the page needs, and the path parameters by name."""

Need = Callable[[Visit, dict[str, str]], Awaitable[object]]
"""Finds what a handler works on, or raises an error that has a page.

It removes the path parameters it uses from the dictionary. If it returns None, the handler gets no
argument.
"""

ErrorPage = Callable[[Visit, Any], Awaitable[Response]]
"""Shows an error that handlers of one audience raise."""


async def no_session(_visit: Visit, _path_params: dict[str, str]) -> None:
    """Need nothing: the page is the same for everybody."""


async def visitor(visit: Visit, _path_params: dict[str, str]) -> None:
    """Need to know whether somebody is signed in; the handler runs in either case."""
    await visit.identity.look_up()


async def signed_in(visit: Visit, _path_params: dict[str, str]) -> Session:
    """Need somebody who is signed in."""
    await visit.identity.look_up()
    if visit.session is None:
        raise SignInRequired
    return visit.session


async def signed_out(visit: Visit, _path_params: dict[str, str]) -> None:
    """Need a browser that is not signed in yet."""
    await visit.identity.look_up()
    if visit.session is not None:
        raise AlreadySignedIn


def require_fresh(visit: Visit, session: Session, action: str) -> None:
    """Need a person proved lately; `action` is what to come back to after a confirmation."""
    if not is_fresh(session, visit.now):
        raise ConfirmationRequired(action)


async def session_cookie(visit: Visit, _path_params: dict[str, str]) -> SessionCookie:
    """Need the cookie only: the handler's own read finds the session."""
    if visit.identity.session_cookie is None:
        raise SignInRequired
    return visit.identity.session_cookie


class Page(Struct, frozen=True):
    """The handler of a path and method.

    The form of a POST is read and checked before its handler runs, and is then in `visit.form`; a
    handler with `reads_body` reads the body itself. A page that `is_cached` depends on the orders
    of who is signed in and on the minute; the handler says in `visit.read_at` when on no more.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    needs: Need = visitor
    reads_body: bool = False
    is_cached: bool = False

    async def answer(self, visit: Visit, path_params: dict[str, str]) -> Response:
        """Return the cached page, or make it."""
        make = partial(self._make, visit, path_params)
        return await page_cache.respond(visit, make) if self.is_cached else await make()

    async def _make(self, visit: Visit, path_params: dict[str, str]) -> Response:
        """Find what the handler needs, read the form, and run the handler."""
        found = await self.needs(visit, path_params)
        if self.method == "POST" and not self.reads_body:
            await visit.read_form()
        given = () if found is None else (found,)
        return await self.handler(visit, *given, **path_params)
