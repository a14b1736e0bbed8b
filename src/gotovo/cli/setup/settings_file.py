"""The settings file of a new installation: written once, never over another, without secrets."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import structs

from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.setup.answers import SettingsAnswers
from gotovo.cli.setup.report import FindingState, SetupFinding
from gotovo.config import PREFIX, SettingError, Settings, load_settings

STEP: Final = "settings"

_HEAD: Final = """\
# Settings of this Gotovo; docs/reference/settings.md describes each. No secrets in here.
"""


def settings_path(environment: Mapping[str, str]) -> Path:
    """Return the file that the program reads its settings from."""
    return Path(environment.get(f"{PREFIX}CONFIG") or "gotovo.toml").absolute()


def write_settings(
    file: Path, answers: SettingsAnswers, environment: Mapping[str, str]
) -> SetupFinding:
    """Write the file if there is none; raise WrongUsage for a setting that cannot be."""
    if urlsplit(answers.database_url).password:
        raise WrongUsage(
            "settings: database_url: has a password, which does not belong into a settings file; "
            f"expected {PREFIX}DATABASE_URL in the environment, or an account without a password"
        )
    if file.exists():
        return SetupFinding(STEP, FindingState.STANDS, f"{file}", _difference(file, answers))
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(_document(answers), "utf-8")
    try:
        load_settings(environment, fresh)
        file.hardlink_to(fresh)  # It fails where somebody else was quicker.
    except SettingError as error:
        raise WrongUsage(f"settings: {str(error).removeprefix(f'{fresh}: ')}") from error
    finally:
        fresh.unlink()
    return SetupFinding(STEP, FindingState.MADE, f"{file}")


def settings_finding(
    file: Path, settings: Settings, written: SetupFinding | None = None
) -> SetupFinding:
    """Return whether the settings say what buyers and the server in front need.

    `written` is what became of the file in this run, if anything.
    """
    state, advice = (written.state, written.advice) if written else (FindingState.STANDS, "")
    if not settings.public_url:
        state = FindingState.MISSING
        advice = f"set public_url in {file}: links in messages and sign-in need it"
    elif settings.public_url.startswith("http://"):
        advice = "without https there are no passkeys and no app: docs/operating/proxy.md"
    elif not settings.trusted_proxies:
        state = FindingState.MISSING
        advice = "set trusted_proxies to the server that speaks https: else all buyers are one"
    public = settings.public_url or "no public address"
    return SetupFinding(STEP, state, f"{public}, listens on {settings.listen}", advice)


def _difference(file: Path, answers: SettingsAnswers) -> str:
    """Return which answers the file does not have: it is left as it is."""
    import tomllib

    present = tomllib.loads(file.read_text("utf-8"))
    other = [name for name, value in _given(answers).items() if present.get(name) != value]
    return f"left as it is; the answers differ in {', '.join(other)}" if other else ""


def _document(answers: SettingsAnswers) -> str:
    given = _given(answers).items()
    # A string of JSON is one of TOML too.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in given]
    return _HEAD + "".join(lines)


def _given(answers: SettingsAnswers) -> dict[str, str]:
    return {name: value for name, value in structs.asdict(answers).items() if value}
