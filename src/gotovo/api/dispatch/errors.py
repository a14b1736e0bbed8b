"""A request that cannot be understood or served, as an exception of the edge.

Fault
    the only one: it ends the handling of a request and becomes a problem there.

Refusals of an order are values, never this.
"""

from gotovo.api.dispatch.problems import FieldFault
from gotovo.words.request_errors import RequestFault


class Fault(Exception):
    """The request is at fault, or cannot be served now."""

    def __init__(
        self,
        code: RequestFault,
        field: str = "",
        value: str = "",
        expected: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
        *,
        faults: tuple[FieldFault, ...] = (),
    ) -> None:
        """Keep what the problem will say; `headers` go with the answer."""
        super().__init__(code, field, value, expected)
        self.code = code
        self.field = field
        self.value = value
        self.expected = expected
        self.headers = headers
        self.faults = faults
