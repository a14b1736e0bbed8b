"""Templates and assets, read once when the pages are assembled."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined

from gotovo.web.site.rendering.assets import Assets, read_assets
from gotovo.web.site.rendering.template_environment import PlainEnvironment

_ICONS_MAX = 128
"""More than there are icons; each is rendered once."""


@lru_cache(maxsize=1)
def page_templates() -> "PageTemplates":
    """Return the templates of this process, compiled once."""
    return PageTemplates()


class PageTemplates:
    """Renders templates."""

    def __init__(self) -> None:
        self.assets: Final[Assets] = read_assets()
        self._templates = PlainEnvironment(
            loader=FileSystemLoader(str(resources.files("gotovo.web"))),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # Checking the files on each render costs more than rendering.
        )
        icons: Any = self._templates.get_template("design/icons.html").module
        template_globals: dict[str, Any] = self._templates.globals
        template_globals["assets"] = self.assets
        template_globals["icon"] = lru_cache(_ICONS_MAX)(icons.icon)
        template_globals["mark"] = icons.mark

    def render(self, template: str, context: dict[str, Any]) -> str:
        """Return the page; a name missing from the context is an error, never an empty string."""
        return self._templates.get_template(template).render(context)
