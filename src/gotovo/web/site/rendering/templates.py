"""Templates and assets, read once when the pages are assembled."""

from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined

from gotovo.web.site.rendering.assets import Assets, read_assets
from gotovo.web.site.rendering.template_environment import PlainEnvironment
from gotovo.words.language import LANGUAGES, Language

_ICONS_MAX = 128
"""More than there are icons; each is rendered once."""


@lru_cache(maxsize=1)
def page_templates() -> "PageTemplates":
    """Return the templates of this process, compiled once."""
    return PageTemplates()


class PageTemplates:
    """Renders templates, which are compiled for each language."""

    def __init__(self) -> None:
        self.assets: Final[Assets] = read_assets()
        self._environments = {language: self._environment(language) for language in LANGUAGES}

    def render(self, template: str, language: Language, context: dict[str, Any]) -> str:
        """Return the page; a name missing from the context is an error, never an empty string."""
        return self._environments[language].get_template(template).render(context)

    def _environment(self, language: Language) -> PlainEnvironment:
        environment = PlainEnvironment(
            language,
            loader=FileSystemLoader(str(resources.files("gotovo.web"))),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # Checking the files on each render costs more than rendering.
        )
        icons: Any = environment.get_template("design/icons.html").module
        functions = {"icon": lru_cache(_ICONS_MAX)(icons.icon), "mark": icons.mark}
        environment.constant_functions = functions
        template_globals: dict[str, Any] = environment.globals
        template_globals.update(functions, assets=self.assets)
        return environment
