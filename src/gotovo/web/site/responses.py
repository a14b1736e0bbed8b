"""The responses of pages: a rendered template, or a redirect; both set the visit's cookies."""

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from gotovo.web.site.template_context import template_context
from gotovo.web.site.visit import Visit


def render(visit: Visit, template: str, status: int = 200, /, **context: object) -> Response:
    """Return a template rendered with its own context and that of every page."""
    shown = {**template_context(visit), **context}
    body = visit.templates.render(template, visit.language, shown)
    response = HTMLResponse(body, status)
    account = visit.identity.account
    if account is not None:
        response.headers["x-gotovo-account"] = account
    visit.cookies.set_on(response)
    return response


def see_other(visit: Visit, path: str, /, **query: str) -> Response:
    """Return a redirect to another page, which the browser fetches with GET."""
    encoded = urlencode({name: value for name, value in query.items() if value})
    location = f"{path}?{encoded}" if encoded else path
    response = RedirectResponse(location, HTTPStatus.SEE_OTHER)
    visit.cookies.set_on(response)
    return response
