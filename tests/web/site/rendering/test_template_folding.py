"""Folding: the same text as without it, errors included, and nothing computed anew on each page."""

from collections.abc import Mapping
from typing import Any

import pytest
from jinja2 import DictLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from gotovo.web.site.rendering.template_environment import PlainEnvironment
from gotovo.words.language import LANGUAGES, Language
from gotovo.words.translations import PageTranslator

FRAGMENT = "{% set order = name %}{{ order }}"


def _render(
    source: str, language: Language = "en", icons: Mapping[str, Markup] | None = None, **shown: Any
) -> str:
    loader = DictLoader({"page": source, "fragment": FRAGMENT})
    environment = PlainEnvironment(language, loader=loader, undefined=StrictUndefined)
    environment.constant_functions = {"icon": (icons or {}).__getitem__}
    translate = PageTranslator(language)
    return environment.get_template("page").render({"_": translate, **shown})


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_those_of_the_language(language: Language) -> None:
    translate = PageTranslator(language)
    assert _render('{{ _("My orders") }}', language) == translate("My orders")
    shown = _render('{{ _("Order {number}", number=number) }}', language, number="<7>")
    assert shown == translate("Order {number}", number="<7>")
    chosen = '{{ _("Pick-up code") if is_code else _("Total") }}'
    assert _render(chosen, language, is_code=False) == translate("Total")
    looked_up = '{{ {"a": _("Total"), "b": _("Pick-up code")}[key] }}'
    assert _render(looked_up, language, key="b") == translate("Pick-up code")


def test_a_condition_without_another_side_shows_nothing() -> None:
    assert _render("[{{ '<' if shown }}]", shown=False) == "[]"
    assert _render("[{{ '<' if shown }}]", shown=True) == "[&lt;]"


def test_a_value_that_a_sentence_lacks_is_an_error() -> None:
    with pytest.raises(KeyError):
        _render('{{ _("Order {number}", other=1) }}')


def test_constant_functions_are_called_when_the_template_is_compiled() -> None:
    icons = {"place": Markup("<svg/>")}
    assert _render('{{ icon("place") }}', icons=icons) == "<svg/>"
    with pytest.raises(UndefinedError):
        _render("{{ icon(name) }}", icons=icons, name="place")


def test_a_fragment_has_names_of_its_own_and_sees_those_around_it() -> None:
    page = (
        '{% set order = 1 %}{% for name in "ab" %}{% include "fragment" %}{% endfor %}{{ order }}'
    )
    assert _render(page) == "ab1"


def test_what_users_type_is_escaped_wherever_it_stands() -> None:
    typed = "<script>{{ _('Total') }}"
    escaped = "&lt;script&gt;{{ _(&#39;Total&#39;) }}"
    for source in ("{{ typed }}", "{{ typed if typed }}", '{{ {"a": typed}["a"] }}'):
        assert _render(source, typed=typed) == escaped
    assert _render('{% include "fragment" %}', name=typed) == escaped
