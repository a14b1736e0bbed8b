"""Jinja environment that compiles templates for one language, as plain Python (decisions 24, 38).

Jinja itself checks before each call whether the function takes the context, and tries an item
lookup at each dot. Our templates need neither, and a page costs a tenth more with them. What does
not differ from reader to reader is text already when a template is compiled. A missing name is
still an error.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup
from typing_extensions import override

from gotovo.web.site.rendering.template_folding import ConstantFunctions, TemplateFolding
from gotovo.words.language import DEFAULT_LANGUAGE, Language
from gotovo.words.markup import markup_of
from gotovo.words.translations import PageTranslator


class _PlainCode(CodeGenerator):
    """Writes the Python that a template becomes."""

    environment: "PlainEnvironment"

    @override
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """Write a module, with names for what it uses most."""
        self.writeline("markup_of, constants = environment.markup_of, environment.constants")
        super().visit_Template(node, frame)

    @override
    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write statements; those of a whole function collect its text and yield it once."""
        if frame.buffer is not None or frame.parent is not None:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    @override
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call; no template here uses `call` blocks, or spreads its arguments."""
        assert not any((forward_caller, node.dyn_args, node.dyn_kwargs)), self.name
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for each in (*node.args, *node.kwargs):
            self.visit(each, frame)
            self.write(", ")
        self.write(")")

    @override
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write an attribute."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    @override
    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:
        """Write a constant; one that was folded is not made again each time."""
        if isinstance(node.value, Markup | dict):
            self.environment.constants.append(node.value)
            self.write(f"constants[{len(self.environment.constants) - 1}]")
        else:
            super().visit_Const(node, frame)

    @override
    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """Write how a value becomes part of the page."""
        assert frame.eval_ctx.autoescape, self.name
        self.write("markup_of(")


class PlainEnvironment(Environment):
    """The environment of our templates; functions that take Jinja's context don't work in it."""

    code_generator_class = _PlainCode
    markup_of: ClassVar = staticmethod(markup_of)

    def __init__(self, language: Language = DEFAULT_LANGUAGE, **options: Any) -> None:
        """Compile for a language; the options are Jinja's."""
        super().__init__(autoescape=True, **options)
        self.constants: list[Markup | dict[Any, Any]] = []
        self.constant_functions: ConstantFunctions = {}
        self._translate = PageTranslator(language)

    @override
    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        folding = TemplateFolding(self._translate, self.constant_functions, self._fragment)
        return folding.visit(parsed)

    def _fragment(self, name: str) -> list[nodes.Node] | None:
        """Return the body of a fragment; None for a template with blocks, or one in a layout."""
        assert self.loader is not None
        source, filename, _ = self.loader.get_source(self, name)
        parsed = self._parse(source, name, filename)
        is_page = any(parsed.find_all((nodes.Extends, nodes.Block)))
        return None if is_page else parsed.body
