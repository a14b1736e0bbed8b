"""The folder of own texts: found, bounded, and refused with the file and the reason."""

from pathlib import Path

import pytest

from gotovo.assembly.notices.own_texts import (
    FILE_BYTES_MAX,
    message_texts_of,
    text_complaints,
)
from gotovo.config import Settings
from gotovo.notices.rules import Purpose
from gotovo.notices.texts.message_texts import default_texts
from gotovo.notices.texts.text_fields import TEXT
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings


def settings(folder: Path) -> Settings:
    """Return settings with a folder of texts."""
    return load_settings({"HOME": str(folder), "GOTOVO_MESSAGE_TEXTS": str(folder)})


def test_without_the_setting_the_texts_are_the_programs(tmp_path: Path) -> None:
    assert message_texts_of(load_settings({"HOME": str(tmp_path)})) == default_texts()


def test_each_language_has_its_file_and_what_is_not_there_stays(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('[being_issued]\ntext = "{number} leaves"', "utf-8")
    (tmp_path / "notes.txt").write_text("no text of ours")
    texts = message_texts_of(settings(tmp_path))
    values = {"number": "1"}
    assert texts.of("en", Purpose.BEING_ISSUED, TEXT).filled(values) == "1 leaves"
    assert texts.of("ru", Purpose.BEING_ISSUED, TEXT).filled(values).startswith("Заказ 1")
    assert list(text_complaints(settings(tmp_path))) == []


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("de.toml", b"", "de.toml: Expected one of en.toml, ru.toml"),
        ("ru.toml", b"\xff", "ru.toml: Expected a text in UTF-8"),
        ("ru.toml", b"#" * (FILE_BYTES_MAX + 1), f"Expected at most {FILE_BYTES_MAX} bytes"),
        ("ru.toml", b'[refunded]\ntext = "{x}"', "ru.toml: refunded.text: {x}: Expected one of"),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(
    tmp_path: Path, name: str, content: bytes, named: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingError) as error:
        message_texts_of(settings(tmp_path))
    assert str(error.value).startswith("message_texts: ")
    assert named in str(error.value)
    (complaint,) = text_complaints(settings(tmp_path))
    assert complaint.problem == str(error.value)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="Expected a folder"):
        message_texts_of(settings(tmp_path / "missing"))


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ru.toml").mkdir()
    with pytest.raises(SettingError, match="Is a directory"):
        message_texts_of(settings(tmp_path))


def test_the_reader_is_told_in_their_language(tmp_path: Path) -> None:
    (tmp_path / "ru.toml").write_text('[refunded]\ntext = "x"', "utf-8")
    with pytest.raises(SettingError, match="Ожидается"):
        message_texts_of(settings(tmp_path), "ru")
