"""What most of the program is made of: values, which are equal when their parts are.

A value never changes and holds only values, so it can't be part of a cycle: the collector need not
look for one. A batch makes some ten thousand of them.
"""

from msgspec import Struct


class Value(Struct, frozen=True, gc=False):
    """A frozen struct that the collector leaves alone; see docs/decisions/0014."""
