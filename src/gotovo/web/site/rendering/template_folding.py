"""Folding: what a template shows alike to every reader of a language becomes text when it compiles.

Sentences, icons and included fragments are in a template by name. Here its syntax tree gets their
text, so that Jinja joins it with the text around: a page's code is left with what differs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from string import Formatter
from typing import Any, Final, NamedTuple

from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from gotovo.words.translations import PageTranslator

_SENTENCE: Final = "_"
_parse: Final = Formatter().parse

ConstantFunctions = Mapping[str, Callable[..., Markup]]
"""Functions that return the same for the same arguments, by their name in templates."""


class TemplateFolding(NodeTransformer):
    """Folds one template; `included` returns the body of another, None if it is no fragment."""

    def __init__(
        self,
        translate: PageTranslator,
        functions: ConstantFunctions,
        included: Callable[[str], list[nodes.Node] | None],
    ) -> None:
        self._translate = translate
        self._functions = {_SENTENCE: translate, **functions}
        self._included = included

    def visit_Include(self, node: nodes.Include) -> nodes.Node:  # noqa: N802  (Jinja's name)
        """Insert a fragment that is named, in a scope of its own as Jinja gives it."""
        if not isinstance(node.template, nodes.Const) or not node.with_context:
            return node
        body = self._included(node.template.value)
        return node if body is None else nodes.Scope(body, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  (Jinja's name)
        """Call a constant function whose arguments are constants."""
        self.generic_visit(node)
        called = _call_of_constants(node)
        if called is None or called.name not in self._functions or node.kwargs:
            return node
        value = self._functions[called.name](*called.arguments)
        return nodes.Const(value, lineno=node.lineno)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802  (Jinja's name)
        """Make a dictionary once if it holds constants only."""
        self.generic_visit(node)
        if not all(isinstance(pair.value, nodes.Const) for pair in node.items):
            return node
        return nodes.Const(node.as_const(), lineno=node.lineno)

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802  (Jinja's name)
        """Split an output into text, sentences in parts, and conditions with an output each."""
        self.generic_visit(node)
        parts: list[nodes.Node] = []
        shown: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.CondExpr):
                parts += [nodes.Output(shown, lineno=node.lineno)] if shown else []
                parts.append(self._condition(child))
                shown = []
            else:
                shown += self._sentence(child)
        return [*parts, nodes.Output(shown, lineno=node.lineno)] if shown else parts

    def _condition(self, node: nodes.CondExpr) -> nodes.If:
        chosen, other = (
            [] if each is None else self.visit_Output(nodes.Output([each], lineno=node.lineno))
            for each in (node.expr1, node.expr2)
        )
        return nodes.If(node.test, chosen, [], other, lineno=node.lineno)

    def _sentence(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        """Yield a sentence in parts: its words, and its values, of which none may be missing."""
        called = _call_of_constants(node)
        if called is None or called.name != _SENTENCE:
            yield node
            return
        for words, name, _, _ in _parse(self._translate.pattern(*called.arguments)):
            if words:
                yield nodes.TemplateData(words, lineno=node.lineno)
            if name is not None:
                yield called.values[name]


class _CallOfConstants(NamedTuple):
    """A call of a function by its name, with constants for the arguments that have no name."""

    name: str
    arguments: Sequence[Any]
    values: Mapping[str, nodes.Expr]


def _call_of_constants(node: nodes.Expr) -> _CallOfConstants | None:
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return None
    arguments = [each.value for each in node.args if isinstance(each, nodes.Const)]
    if len(arguments) < len(node.args) or node.dyn_args or node.dyn_kwargs:
        return None
    return _CallOfConstants(node.node.name, arguments, {x.key: x.value for x in node.kwargs})
