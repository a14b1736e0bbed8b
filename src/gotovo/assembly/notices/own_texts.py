"""The texts of messages that the settings choose: the program's, and the operator's in their place.

The setting `message_texts` names a folder with a file per language (docs/guides/texts.md).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.notices.texts.message_texts import MessageTexts, default_texts
from gotovo.notices.texts.own_texts import OwnTexts, read_own_texts
from gotovo.setting_checks import SettingError
from gotovo.words.language import LANGUAGES, Language

FILE_BYTES_MAX: Final = 262_144
"""Of a file: all kinds for all channels have some twenty thousand bytes."""

_SETTING: Final = "message_texts"


def message_texts_of(settings: Settings, language: Language = "en") -> MessageTexts:
    """Return the texts; raise SettingError, in the language of the reader, for a wrong one."""
    texts = default_texts()
    for own in _own_texts(settings):
        if own.errors:
            message = f"{_SETTING}: {own.errors[0].told(language)}"
            raise SettingError(message)
        texts = texts.with_own(own.templates)
    return texts


def text_complaints(settings: Settings, language: Language = "en") -> Iterator[Complaint]:
    """Return all that is wrong with the operator's own texts."""
    try:
        for own in _own_texts(settings):
            for error in own.errors:
                yield Complaint(f"{_SETTING}: {error.told(language)}", "see docs/guides/texts.md")
    except SettingError as error:
        yield Complaint(str(error), "see docs/guides/texts.md")


def _own_texts(settings: Settings) -> Iterator[OwnTexts]:
    """Return what each file holds; raise SettingError for one that can't be read."""
    if not settings.message_texts:
        return
    folder = Path(settings.message_texts)
    if not folder.is_dir():
        message = f"{_SETTING}: {str(folder)!r}: Expected a folder"
        raise SettingError(message)
    names: dict[str, Language] = {f"{language}.toml": language for language in LANGUAGES}
    for file in sorted(folder.glob("*.toml")):
        if file.name not in names:
            message = f"{_SETTING}: {file}: Expected one of {', '.join(sorted(names))}"
            raise SettingError(message)
        yield read_own_texts(_content(file), names[file.name], str(file))


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            message = f"{_SETTING}: {file}: Expected at most {FILE_BYTES_MAX} bytes"
            raise SettingError(message)
        return content.decode()
    except OSError as error:
        message = f"{_SETTING}: {error}"
        raise SettingError(message) from error
    except UnicodeDecodeError as error:
        message = f"{_SETTING}: {file}: Expected a text in UTF-8"
        raise SettingError(message) from error
