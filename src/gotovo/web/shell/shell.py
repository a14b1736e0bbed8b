"""The document of an application of staff, and the one that says why there is none."""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from gotovo.http.security_headers import STAFF_HEADERS
from gotovo.store.tables.staff.sessions import StaffSession
from gotovo.web.pwa.manifest import PAPER, app_icons
from gotovo.web.site import cookies
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language
from gotovo.words.translations import Translator

SIGN_IN: Final = "/staff/sign-in"
GRANT: Final = "/staff/grant"
_MANIFEST: Final = "application/manifest+json"
_DAY: Final = {"cache-control": "public, max-age=86400"}


async def staff_application(visit: Visit, name: str, title: str) -> Response:
    """Return the document of an application for who is signed in; others sign in first.

    `title` is in the visitor's language. Who may act as several things chooses one of them first.
    """
    token = visit.cookies.read(cookies.STAFF)
    session = await visit.dependencies.staff.sessions.find(token, visit.now) if token else None
    if session is None:
        return see_other(visit, SIGN_IN, next=visit.request.scope["path"])
    if session.role is None:
        return see_other(visit, GRANT, next=visit.request.scope["path"])
    return application_page(visit, name, title, session)


def application_page(visit: Visit, name: str, title: str, session: StaffSession | None) -> Response:
    """Return the document of an application, or the one that says why it is missing."""
    staff = visit.templates.assets.staff
    application = staff.applications.get(name)
    if application is None:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(visit, "shell/missing.html", status, title=title, reason=staff.reason)
    places = visit.dependencies.places()[0]
    point = None if session is None else places.get(session.point or "")
    response = render(
        visit,
        "shell/application.html",
        name=name,
        title=title,
        application=application,
        words=staff.words[visit.language],
        member=session,
        point=point,
    )
    response.headers.update(STAFF_HEADERS)
    return response


def application_manifest(language: Language, path: str, name: str, about: str) -> Response:
    """Return what a browser needs to install an application (W3C Web Application Manifest)."""
    fields = {
        "id": path,
        "name": name,
        "short_name": Translator(language).gettext("Gotovo"),
        "description": about,
        "lang": language,
        "dir": "ltr",
        "start_url": path,
        "scope": path,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["business"],
        "icons": app_icons(),
    }
    return Response(msgspec.json.encode(fields), media_type=_MANIFEST, headers=_DAY)
