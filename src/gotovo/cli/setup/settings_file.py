"""The settings file of a new installation: written once, never over another, without secrets."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import structs

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import Fault, WrongAnswers
from gotovo.cli.setup.questions import SettingsAnswers
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.config import PREFIX, Settings
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from gotovo.words.translations import Translator, msgid

STEP: Final = "settings"
PROXY_PAGE: Final = "docs/operating/proxy.md"
SETTINGS_PAGE: Final = "docs/reference/settings.md"

_EXPECTED_PASSWORDLESS: Final = msgid(
    "an account without a password, which does not belong in a settings file"
)


def settings_path(environment: Mapping[str, str]) -> Path:
    """Return the file that the program reads its settings from."""
    return Path(environment.get(f"{PREFIX}CONFIG") or "gotovo.toml").absolute()


def write_settings(
    file: Path, answers: SettingsAnswers, environment: Mapping[str, str], words: Translator
) -> SetupFinding:
    """Write the file if there is none; raise WrongAnswers for a setting that cannot be."""
    if urlsplit(answers.database_url).password:
        raise WrongAnswers(Fault("database_url", "…", _EXPECTED_PASSWORDLESS))
    if file.exists():
        return SetupFinding(STEP, FindingState.STANDS, f"{file}", _difference(file, answers, words))
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(_document(answers, words), "utf-8")
    try:
        load_settings(environment, fresh)
        file.hardlink_to(fresh)  # It fails where somebody else was quicker.
    except SettingError as error:
        raise _wrong(str(error).removeprefix(f"{fresh}: "), answers) from error
    finally:
        fresh.unlink()
    return SetupFinding(STEP, FindingState.MADE, f"{file}")


def settings_finding(
    file: Path, settings: Settings, words: Translator, written: SetupFinding | None = None
) -> SetupFinding:
    """Return whether the settings say what buyers and the server in front need.

    `written` is what became of the file in this run, if anything.
    """
    _ = words.gettext
    state, advice = (written.state, written.advice) if written else (FindingState.STANDS, "")
    if not settings.public_url:
        state = FindingState.MISSING
        advice = _(
            "Set {setting} in {file}: links in messages and sign-in need it.",
            setting="public_url",
            file=file,
        )
    elif settings.public_url.startswith("http://"):
        advice = _("Without https there are no passkeys and no app: {page}.", page=PROXY_PAGE)
    elif not settings.trusted_proxies:
        state = FindingState.MISSING
        advice = _(
            "Set {setting} in {file} to the server that speaks https: without it all visitors are "
            "one to Gotovo.",
            setting="trusted_proxies",
            file=file,
        )
    public = settings.public_url or _("no public address")
    text = _("{site}, listens on {address}", site=public, address=settings.listen)
    return SetupFinding(STEP, state, text, advice)


def _wrong(told: str, answers: SettingsAnswers) -> Exception:
    """Return which answer the settings refuse; a setting that nobody was asked about is told."""
    asked = SettingsAnswers.__struct_fields__
    named = re.match(r"\w+(, \w+)*", told)
    names = [each for each in named[0].split(", ") if each in asked] if named else []
    if not names:
        return WrongUsage(told)
    hidden = {"database_url": "…"}  # It may hold a password.
    return WrongAnswers(*(Fault(x, hidden.get(x, getattr(answers, x))) for x in names))


def _difference(file: Path, answers: SettingsAnswers, words: Translator) -> str:
    """Return which answers the file does not have: it is left as it is."""
    present = tomllib.loads(file.read_text("utf-8"))
    other = [name for name, value in _given(answers).items() if present.get(name) != value]
    if not other:
        return ""
    return words.gettext(
        "The file is left as it is; the answers differ in {names}.", names=", ".join(other)
    )


def _document(answers: SettingsAnswers, words: Translator) -> str:
    head = words.gettext(
        "Settings of this Gotovo; {page} describes each. No secrets in here.", page=SETTINGS_PAGE
    )
    # A string of JSON is one of TOML too.
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in _given(answers).items()
    ]
    return f"# {head}\n{''.join(lines)}"


def _given(answers: SettingsAnswers) -> dict[str, str]:
    return {name: value for name, value in structs.asdict(answers).items() if value}
