"""The environment of the templates: the same pages as Jinja's own, and the same errors."""

from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError

from gotovo.web.site.rendering import templates
from gotovo.web.site.rendering.template_environment import PlainEnvironment
from gotovo.web.site.rendering.templates import PageTemplates
from gotovo.words.language import LANGUAGES, Language
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready


class _JinjasOwn(Environment):
    """Jinja's environment as it is, for every language."""

    def __init__(self, _language: Language, **options: Any) -> None:
        super().__init__(autoescape=True, **options)


async def test_jinjas_own_environment_renders_the_same_pages(
    buyer: Buyer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    rendered: dict[tuple[str, Language], tuple[dict[str, Any], str]] = {}
    render = PageTemplates.render

    def remember(
        self: PageTemplates, template: str, language: Language, shown: dict[str, Any]
    ) -> str:
        page = render(self, template, language, shown)
        rendered[template, language] = shown, page
        return page

    monkeypatch.setattr(PageTemplates, "render", remember)
    for language in LANGUAGES:
        for page in ("", f"/{order.number}", f"/{order.number}/trusted-person"):
            await buyer.opens(f"/orders{page}?lang={language}")
    monkeypatch.undo()
    monkeypatch.setattr(templates, "PlainEnvironment", _JinjasOwn)
    usual = PageTemplates()
    assert len(rendered) == 3 * len(LANGUAGES)
    for (template, language), (shown, page) in rendered.items():
        assert usual.render(template, language, shown) == page, (template, language)


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ missing() }}", "{{ missing.name }}"])
def test_a_name_that_is_missing_is_an_error(source: str) -> None:
    environment = PlainEnvironment(loader=DictLoader({"page": source}), undefined=StrictUndefined)
    with pytest.raises(UndefinedError):
        environment.get_template("page").render()
