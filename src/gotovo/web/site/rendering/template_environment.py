"""Jinja environment that compiles calls and attributes as plain Python (decision 24).

Jinja itself checks before each call whether the function takes the context, and tries an item
lookup at each dot. Our templates need neither, and a page costs a tenth more with them. A missing
name is still an error.
"""

import operator
from typing import ClassVar

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from typing_extensions import override


class _PlainCode(CodeGenerator):
    """Writes the Python that a template becomes."""

    @override
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call; no template here uses `call` blocks."""
        assert not forward_caller, self.name
        self.write("environment.call(")
        self.visit(node.node, frame)
        self.signature(node, frame)
        self.write(")")

    @override
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write an attribute."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")


class PlainEnvironment(Environment):
    """The environment of our templates; functions that take Jinja's context don't work in it."""

    code_generator_class = _PlainCode
    call: ClassVar = staticmethod(operator.call)
