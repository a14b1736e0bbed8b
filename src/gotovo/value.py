"""Value objects: immutable, and equal when their fields are.

A value holds only values, so it cannot be part of a reference cycle, and the garbage collector need
not track it. A batch creates some ten thousand of them.
"""

from msgspec import Struct


class Value(Struct, frozen=True, gc=False):
    """A frozen struct without garbage collection; see docs/decisions/0014."""
