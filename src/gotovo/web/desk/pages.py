"""The table of the desk's pages: each address of the application is the same document."""

from typing import Final

from gotovo.web.desk.desk import desk_manifest, desk_page
from gotovo.web.site.page import Page, no_session

PAGES: Final = (
    Page("GET", "/desk", desk_page, needs=no_session),
    Page("GET", "/desk/manifest/{language}", desk_manifest, needs=no_session),
    Page("GET", "/desk/{page}", desk_page, needs=no_session),
    Page("GET", "/desk/{page}/{subject}", desk_page, needs=no_session),
)
