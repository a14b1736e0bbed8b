"""`gotovo setup`: the first hour, from the settings file to a test order that was handed over."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from gotovo.assembly.notices.own_texts import message_texts_of
from gotovo.cli.context import database, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import INTERRUPTED, PROBLEM, WrongUsage
from gotovo.cli.import_file import chosen_language
from gotovo.cli.options import JsonOption
from gotovo.cli.setup.answers import (
    Answers,
    AskedAnswers,
    FileAnswers,
    NobodyAnswers,
    ask_language,
)
from gotovo.cli.setup.example import example_lines
from gotovo.cli.setup.first_hour import carried_out, seen, stands
from gotovo.cli.setup.first_things import plan_of
from gotovo.cli.setup.inspection import NOTHING, SETUP
from gotovo.cli.setup.questions import SettingsAnswers
from gotovo.cli.setup.report import FindingState, SetupFinding, SetupReport, report_lines
from gotovo.cli.setup.settings_file import settings_finding, settings_path, write_settings
from gotovo.words.language import LANGUAGES, Language, named_language
from gotovo.words.translations import Translator

app = typer.Typer(add_completion=False)


@app.command()
def setup(
    answers: Annotated[
        Path | None, typer.Option(help="TOML file with the answers, instead of questions.")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print a file of answers with comments, and end.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only report what stands and what is missing.")
    ] = False,
    language: Annotated[
        str,
        typer.Option(help="Language of questions and report: ru or en; the terminal's if empty."),
    ] = "",
    json: JsonOption = False,
) -> None:
    """Set up a new installation: settings, first key, warehouse, point, good, and a test order.

    What stands is left as it is, so it can be repeated. Exit status 1 when something is missing.
    """
    for option, given in (("--answers", answers is not None), ("--example", example)):
        if check and given:
            raise WrongUsage(f"{option}: not allowed with --check, which changes nothing")
    is_asked = not (check or example or answers is not None)
    try:
        words = Translator(_language(language, is_asked=is_asked))
        if example:
            for line in example_lines(words):
                print_line(line)
            return
        report = _checked(words) if check else _set_up(_answers(answers, words), words)
    except NobodyAnswers as error:
        sys.exit(_stopped(Translator(chosen_language(language)), error))
    if json:
        print_json({"complete": report.is_complete, **structs.asdict(report)})
    else:
        for line in report_lines(report, words):
            print_line(line)
    sys.exit(0 if report.is_complete else PROBLEM)


def _language(stated: str, *, is_asked: bool) -> Language:
    """Return the language of this run; who answers questions is asked where no setting tells."""
    if stated or not is_asked or named_language(os.environ) is not None:
        return chosen_language(stated)
    return chosen_language(ask_language(tuple(reversed(LANGUAGES))))


def _answers(file: Path | None, words: Translator) -> Answers:
    return AskedAnswers(words) if file is None else FileAnswers(file, words)


def _stopped(words: Translator, error: NobodyAnswers) -> int:
    """Say what to do after the questions were left, and return the exit status."""
    if error.is_interrupted:
        print_status("")
        print_status(
            words.gettext(
                "Stopped. What was made stays, and {command} goes on from there.", command=SETUP
            )
        )
        return INTERRUPTED
    raise WrongUsage(
        words.gettext(
            "Nobody answers the questions here. Give the answers in a file: {example} prints one, "
            "{command} takes it.",
            example=f"{SETUP} --example",
            command=f"{SETUP} --answers FILE",
        )
    ) from error


def _checked(words: Translator) -> SetupReport:
    """Return what stands, without changing anything."""
    chosen = settings()
    first = settings_finding(settings_path(os.environ), chosen, words)
    if not chosen.database_url and not (chosen.data_dir / "postgresql").exists():
        advice = words.gettext("{command} makes one there.", command=SETUP)
        text = words.gettext("no database in {folder}", folder=chosen.data_dir)
        return SetupReport([first, SetupFinding("database", FindingState.MISSING, text, advice)])
    with database(chosen) as url:
        return SetupReport([first, *asyncio.run(stands(chosen, url, words))])


def _set_up(answers: Answers, words: Translator) -> SetupReport:
    """Make what is missing and answered for, and return what stands then.

    Questions are asked between two runs of the event loop: within one, Ctrl-C would not end them.
    """
    file = settings_path(os.environ)
    written = None
    if isinstance(answers, FileAnswers):
        plan_of(
            NOTHING, answers, has_mail=True, has_sms=True
        )  # It refuses any wrong answer of the file.
    if not file.exists() or isinstance(answers, FileAnswers):
        written = answers.section(
            "settings",
            SettingsAnswers,
            lambda given: write_settings(file, given, os.environ, words),
        )
    chosen = settings()
    message_texts_of(chosen, words.language)
    first = settings_finding(file, chosen, words, written)
    with database(chosen) as url:
        found = asyncio.run(seen(chosen, url))
        if isinstance(answers, FileAnswers):
            _tell_unused(answers, words, message=found.has_mail, sms=found.has_sms)
        plan = plan_of(found.standing, answers, has_mail=found.has_mail, has_sms=found.has_sms)
        findings, token = asyncio.run(carried_out(chosen, url, plan, words))
    return SetupReport([first, *findings], token)


def _tell_unused(answers: FileAnswers, words: Translator, *, message: bool, sms: bool) -> None:
    """Say which test message is asked for and can't be sent."""
    for section, is_used, setting in (
        ("message", message, "smtp_host"),
        ("sms", sms, "sms_provider"),
    ):
        if not is_used and answers.has(section):
            told = words.gettext(
                "[{section}]: no test message is sent, for {setting} is not set.",
                section=section,
                setting=setting,
            )
            print_status(told)
