"""Traces, as the rest of the program knows them: whether they are sent, and what makes the spans.

The standard variables OTEL_* say where traces go and how many are kept. OpenTelemetry itself is
imported only then: it is an extra, and costs memory and time at each start.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeVar

import asyncpg
from starlette.types import ASGIApp

from gotovo.engine.tracing import EngineTracer
from gotovo.notices.channels.port import Channel
from gotovo.setting_checks import SettingError

SAMPLERS: Final = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)
"""Those of the specification; OTEL_TRACES_SAMPLER_ARG is the share of the ratios."""

_IMPLEMENTATION: Final = "gotovo.assembly.observability.tracing.open_telemetry"
_LIBRARIES: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_NUMBERS: Final = (
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
)

Message = TypeVar("Message")


class Traces(Protocol):
    """What makes spans of requests, commands, statements and messages."""

    @property
    def engine(self) -> EngineTracer:
        """Return the tracer of the engine."""
        ...

    @property
    def connection_class(self) -> "type[asyncpg.Connection[Any]]":
        """Return the class of database connections whose statements are spans."""
        ...

    def requests(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose requests are spans."""
        ...

    def messages(self, channel: Channel[Message], name: str) -> Channel[Message]:
        """Return a channel whose messages are spans with this name of the channel."""
        ...


def are_sent(environment: Mapping[str, str]) -> bool:
    """Return whether traces are sent: OTEL_TRACES_EXPORTER is otlp, or an endpoint is set.

    Raises SettingError for a variable that makes no sense, and where the extra is not installed.
    """
    exporter = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if exporter not in {"", "otlp", "none"}:
        message = f"OTEL_TRACES_EXPORTER: {exporter!r}: Expected otlp or none"
        raise SettingError(message)
    is_off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    is_aimed = any(environment.get(name) for name in _ENDPOINTS)
    if is_off or exporter == "none" or not (exporter or is_aimed):
        return False
    _check(environment)
    if not _is_installed():
        message = (
            "OTEL_* variables ask for traces, but OpenTelemetry is not installed: run "
            "requirements/install tracing, or set OTEL_SDK_DISABLED=true"
        )
        raise SettingError(message)
    return True


def open_traces(environment: Mapping[str, str]) -> AbstractAsyncContextManager[Traces | None]:
    """Return the context in which spans are made and sent; without traces it holds None."""
    if not are_sent(environment):
        return nullcontext()
    opened: Callable[[], AbstractAsyncContextManager[Traces]]
    opened = import_module(_IMPLEMENTATION).open_telemetry
    return opened()


def _is_installed() -> bool:
    """Look for the libraries without importing them: the supervisor has no use for them."""
    try:
        return all(find_spec(name) is not None for name in _LIBRARIES)
    except ModuleNotFoundError:  # a package above it is missing already
        return False


def _check(environment: Mapping[str, str]) -> None:
    """Refuse what the SDK would replace by a default with a line in the log."""
    for name in _ENDPOINTS:
        value = environment.get(name, "")
        if value and not value.startswith(("http://", "https://")):
            raise _unfit(name, value, "an address like http://127.0.0.1:4318")
    for name in _PROTOCOLS:
        value = environment.get(name, "")
        if value not in {"", "http/protobuf"}:
            raise _unfit(name, value, "http/protobuf")
    for name in _NUMBERS:
        value = environment.get(name, "")
        if value and not (value.isascii() and value.isdigit() and int(value)):
            raise _unfit(name, value, "a whole number above 0")
    sampler = environment.get("OTEL_TRACES_SAMPLER", "")
    if sampler and sampler.lower() not in SAMPLERS:
        raise _unfit("OTEL_TRACES_SAMPLER", sampler, " or ".join(SAMPLERS))
    share = environment.get("OTEL_TRACES_SAMPLER_ARG", "")
    if share and not 0 <= _number(share) <= 1:
        raise _unfit("OTEL_TRACES_SAMPLER_ARG", share, "a share from 0 to 1")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _unfit(name: str, value: str, expected: str) -> SettingError:
    return SettingError(f"{name}: {value!r}: Expected {expected}")
