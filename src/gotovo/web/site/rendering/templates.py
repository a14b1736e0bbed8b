"""Templates and what pages load, read once when the pages are assembled."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined

from gotovo.web.site.rendering.assets import Assets, read_assets
from gotovo.web.site.rendering.template_environment import PlainEnvironment

_ICONS_MAX = 128
"""More than there are shapes; each is drawn once."""


@lru_cache(maxsize=1)
def page_templates() -> "PageTemplates":
    """Return the pages of this program; compiling templates twice would be time lost."""
    return PageTemplates()


class PageTemplates:
    """Makes a page from a template and what it shows."""

    def __init__(self) -> None:
        """Read what pages load, and find the templates beside the code that fills them."""
        self.assets: Final[Assets] = read_assets()
        self._templates = PlainEnvironment(
            loader=FileSystemLoader(str(resources.files("gotovo.web"))),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # A look at the file for each part of each page costs more than it.
        )
        icons: Any = self._templates.get_template("design/icons.html").module
        always: dict[str, Any] = self._templates.globals
        always["assets"] = self.assets
        always["icon"] = lru_cache(_ICONS_MAX)(icons.icon)
        always["mark"] = icons.mark

    def render(self, template: str, shown: dict[str, Any]) -> str:
        """Return the page; a name that nobody gave is an error and never an empty place."""
        return self._templates.get_template(template).render(shown)
