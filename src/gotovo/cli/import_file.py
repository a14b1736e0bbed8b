"""The file that somebody wants to be read: opened, or the sentence that says what is wrong."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from gotovo.cli.exit_status import WrongUsage
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError, file_error_text
from gotovo.words.language import LANGUAGES, Language, terminal_language


def chosen_language(stated: str) -> Language:
    """Return the language that was asked for, else the terminal's."""
    language = terminal_language(os.environ)
    if not stated:
        return language
    for each in LANGUAGES:
        if each == stated:
            return each
    values = {"option": "--language", "value": stated, "expected": ", ".join(LANGUAGES)}
    raise WrongUsage(file_error_text(ImportFileError(FileErrorCode.LANGUAGE, **values), language))


@contextmanager
def explained(language: Language) -> Generator[None]:
    """Turn what is wrong with a file or an option into wrong usage with a sentence."""
    try:
        yield
    except ImportFileError as error:
        raise WrongUsage(file_error_text(error, language)) from error


def open_regular(file: Path) -> BufferedReader:
    """Open a file that can be read more than once; raise ImportFileError for anything else."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ImportFileError(FileErrorCode.FOLDER, file=str(file))
        if not stat.S_ISREG(mode):
            raise ImportFileError(FileErrorCode.NO_REGULAR_FILE, file=str(file))
        return file.open("rb")
    except FileNotFoundError as error:
        raise ImportFileError(FileErrorCode.NO_FILE, file=str(file)) from error
    except OSError as error:
        values = {"file": str(file), "error": error.strerror or str(error)}
        raise ImportFileError(FileErrorCode.UNREADABLE, **values) from error
