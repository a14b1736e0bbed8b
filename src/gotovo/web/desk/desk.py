"""The desk: one document for every address of it; what it shows is the application's own work."""

from starlette.responses import Response

from gotovo.web.shell.shell import application_manifest, staff_application
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit
from gotovo.words.language import LANGUAGES
from gotovo.words.translations import Translator

PATH = "/desk"


async def desk_page(visit: Visit, **_place: str) -> Response:
    """Return the desk for who is signed in; the application finds its screen by the address."""
    return await staff_application(visit, "desk", Translator(visit.language).gettext("Desk"))


async def desk_manifest(_visit: Visit, language: str) -> Response:
    """Return the manifest of the desk in a language."""
    for each in LANGUAGES:
        if language == each:
            _ = Translator(each).gettext
            about = _("Accept, shelve, find and hand over at a pick-up point.")
            return application_manifest(each, PATH, _("Gotovo: desk"), about)
    raise PageNotFound
