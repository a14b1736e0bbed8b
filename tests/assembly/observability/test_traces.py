"""Traces are sent only when a variable asks for it, and a variable that is wrong is refused."""

import sys
from pathlib import Path

import pytest

from gotovo.assembly.observability.traces import are_sent, open_traces
from gotovo.setting_checks import SettingError
from tests.support.cli.program import Program

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "orders"}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", **ENDPOINT}, False),
        (ENDPOINT, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://traces.shop.ru/v1/traces"}, True),
        ({"OTEL_SDK_DISABLED": "TRUE", **ENDPOINT}, False),
        ({"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.1"}, False),
    ],
)
def test_an_exporter_or_an_endpoint_asks_for_them(
    *, environment: dict[str, str], sent: bool
) -> None:
    assert are_sent(environment) is sent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "127.0.0.1:4318"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_SCHEDULE_DELAY", "0"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "nan"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=rf"^{name}: '{value}': Expected "):
        are_sent({**ENDPOINT, name: value})


async def test_without_them_nothing_is_opened() -> None:
    async with open_traces({}) as traces:
        assert traces is None


def test_without_the_extra_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [each for each in sys.modules if each.startswith("opentelemetry.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)  # as if it were not installed
    with pytest.raises(SettingError, match="requirements/install tracing"):
        are_sent(ENDPOINT)


def test_a_program_does_not_start_with_a_wrong_variable(tmp_path: Path) -> None:
    program = Program(tmp_path, "postgresql://nobody@127.0.0.1:1/none", **ENDPOINT)
    program.environment["OTEL_TRACES_SAMPLER"] = "sometimes"
    for command in ("serve", "work"):
        done = program.run(command)
        assert done.returncode == 2
        assert "OTEL_TRACES_SAMPLER: 'sometimes': Expected always_on or" in done.stderr
