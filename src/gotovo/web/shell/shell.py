"""The document of an application of staff, and the one that says why there is none."""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from gotovo.access.staff.visitor import StaffVisitor
from gotovo.http.security_headers import STAFF_HEADERS
from gotovo.web.pwa.manifest import PAPER, app_icons
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language
from gotovo.words.translations import Translator

SIGN_IN: Final = "/staff/sign-in"
_MANIFEST: Final = "application/manifest+json"
_DAY: Final = {"cache-control": "public, max-age=86400"}


async def staff_visitor(visit: Visit) -> StaffVisitor | None:
    """Return the member of staff who visits, None for anybody else."""
    staff = visit.dependencies.staff
    return None if staff is None else await staff.visitor(visit.request.cookies)


async def staff_application(visit: Visit, name: str, title: str) -> Response:
    """Return the document of an application for who is signed in; others sign in first.

    `title` is in the visitor's language.
    """
    visitor = await staff_visitor(visit)
    if visitor is None:
        return see_other(visit, SIGN_IN, next=visit.request.scope["path"])
    return application_page(visit, name, title, visitor)


def application_page(visit: Visit, name: str, title: str, visitor: StaffVisitor | None) -> Response:
    """Return the document of an application, or the one that says why it is missing."""
    staff = visit.templates.assets.staff
    application = staff.applications.get(name)
    if application is None:
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(visit, "shell/missing.html", status, title=title, reason=staff.reason)
    places = visit.dependencies.places()[0]
    point = None if visitor is None else places.get(visitor.grant.point or "")
    response = render(
        visit,
        "shell/application.html",
        name=name,
        title=title,
        application=application,
        words=staff.words[visit.language],
        visitor=visitor,
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
