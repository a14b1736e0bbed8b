"""`gotovo setup`: the first hour, from the settings file to a test order that was handed over."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.setup.answers import Answers, AskedAnswers, FileAnswers, SettingsAnswers
from gotovo.cli.setup.first_hour import carried_out, stands
from gotovo.cli.setup.report import FindingState, SetupFinding, SetupReport, report_lines
from gotovo.cli.setup.settings_file import settings_finding, settings_path, write_settings

app = typer.Typer(add_completion=False)


@app.command()
def setup(
    answers: Annotated[
        Path | None, typer.Option(help="TOML file with the answers, instead of questions.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only report what stands and what is missing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Set up a new installation: settings, first key, warehouse, point, good, and a test order.

    What stands is left as it is, so it can be repeated. Exit status 1 when something is missing.
    """
    if check and answers is not None:
        raise WrongUsage(f"--answers: {answers}: not allowed with --check, which changes nothing")
    if check:
        report = _checked()
    else:
        report = _set_up(AskedAnswers() if answers is None else FileAnswers(answers))
    if json:
        print_json({"complete": report.is_complete, **structs.asdict(report)})
    else:
        for line in report_lines(report):
            print_line(line)
    sys.exit(0 if report.is_complete else PROBLEM)


def _checked() -> SetupReport:
    """Return what stands, without changing anything."""
    chosen = settings()
    first = settings_finding(settings_path(os.environ), chosen)
    if not chosen.database_url and not (chosen.data_dir / "postgresql").exists():
        advice = "gotovo setup makes one there"
        text = f"no database in {chosen.data_dir}"
        return SetupReport([first, SetupFinding("database", FindingState.MISSING, text, advice)])
    with database(chosen) as url:
        return SetupReport([first, *asyncio.run(stands(chosen, url))])


def _set_up(answers: Answers) -> SetupReport:
    """Make what is missing and answered for, and return what stands then."""
    file = settings_path(os.environ)
    written = None
    if not file.exists() or isinstance(answers, FileAnswers):
        written = answers.section(
            "settings", SettingsAnswers, lambda given: write_settings(file, given, os.environ)
        )
    chosen = settings()
    first = settings_finding(file, chosen, written)
    with database(chosen) as url:
        findings, token = asyncio.run(carried_out(chosen, url, answers))
    return SetupReport([first, *findings], token)
