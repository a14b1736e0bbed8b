"""The environment of the templates: the same pages as Jinja's own, and the same errors."""

from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError

from gotovo.web.site.rendering import templates
from gotovo.web.site.rendering.template_environment import PlainEnvironment
from gotovo.web.site.rendering.templates import PageTemplates
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready


async def test_jinjas_own_environment_renders_the_same_pages(
    buyer: Buyer, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    rendered: dict[str, tuple[dict[str, Any], str]] = {}
    render = PageTemplates.render

    def remember(self: PageTemplates, template: str, shown: dict[str, Any]) -> str:
        rendered[template] = shown, render(self, template, shown)
        return rendered[template][1]

    monkeypatch.setattr(PageTemplates, "render", remember)
    for path in (f"/orders/{order.number}", f"/orders/{order.number}/trusted-person", "/orders"):
        await buyer.opens(path)
    monkeypatch.undo()
    monkeypatch.setattr(templates, "PlainEnvironment", Environment)
    usual = PageTemplates()
    assert len(rendered) == 3
    for template, (shown, page) in rendered.items():
        assert usual.render(template, shown) == page, template


@pytest.mark.parametrize("source", ["{{ missing }}", "{{ missing() }}", "{{ missing.name }}"])
def test_a_name_that_is_missing_is_an_error(source: str) -> None:
    environment = PlainEnvironment(
        loader=DictLoader({"page": source}), undefined=StrictUndefined, autoescape=True
    )
    with pytest.raises(UndefinedError):
        environment.get_template("page").render()
