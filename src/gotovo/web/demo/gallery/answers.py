"""The gallery of the staff's shell: every state of the answer to a scan."""

from starlette.responses import Response

from gotovo.web.shell.shell import application_page
from gotovo.web.site.visit import Visit
from gotovo.words.translations import Translator


async def answers_page(visit: Visit) -> Response:
    """Show the page in the reader's language; it has settings of its own for light and sound."""
    title = Translator(visit.language).gettext("Answers to a scan")
    return application_page(visit, "gallery", title, None)
