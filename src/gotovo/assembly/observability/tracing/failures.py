"""How a span tells that something failed: by the type of an error, never by its message.

Messages of the driver have the values of a row in them, and any other may name a person.
"""

from opentelemetry.trace import Span, StatusCode


def mark_failed(span: Span, what: BaseException | str) -> None:
    """Mark a span as failed, by an error's type or by a word for it."""
    kind = what if isinstance(what, str) else type(what).__qualname__
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)
