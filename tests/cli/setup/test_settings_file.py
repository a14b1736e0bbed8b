"""The settings file: written once, without secrets, never over another."""

from pathlib import Path

import pytest

from gotovo.cli.setup.answers import WrongAnswers
from gotovo.cli.setup.questions import SettingsAnswers
from gotovo.cli.setup.report import FindingState
from gotovo.cli.setup.settings_file import settings_finding, settings_path, write_settings
from gotovo.settings_sources import load_settings
from gotovo.words.translations import Translator

HOME = {"HOME": "/nowhere"}
ENGLISH = Translator("en")
SITE = "https://orders.example.ru"


def test_what_is_written_is_what_the_program_reads(tmp_path: Path) -> None:
    file = tmp_path / "gotovo.toml"
    answers = SettingsAnswers(SITE, data_dir='/srv/«гото"во»')
    assert write_settings(file, answers, HOME, ENGLISH).state is FindingState.MADE
    settings = load_settings(HOME, file)
    assert (settings.public_url, settings.trusted_proxies) == (SITE, "127.0.0.1")
    assert str(settings.data_dir) == '/srv/«гото"во»'
    assert "database_url" not in file.read_text("utf-8")
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_there_is_left_as_it_is_and_what_differs_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gotovo.toml"
    file.write_text(f'public_url = "{SITE}"\nlisten = "127.0.0.1:9000"\n')
    before = file.read_bytes()
    found = write_settings(file, SettingsAnswers(SITE), HOME, ENGLISH)
    assert found.state is FindingState.STANDS
    assert found.advice == (
        "The file is left as it is; the answers differ in listen, trusted_proxies."
    )
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        (SettingsAnswers("orders.example.ru"), [("public_url", "orders.example.ru")]),
        (SettingsAnswers(SITE, listen="8000"), [("listen", "8000")]),
        (SettingsAnswers(SITE, trusted_proxies="me"), [("trusted_proxies", "me")]),
        (SettingsAnswers(SITE, language="fr"), [("language", "fr")]),
        (SettingsAnswers(SITE, database_url="mysql://a:b@c"), [("database_url", "…")]),
        (SettingsAnswers(SITE, smtp_host="smtp.example.ru"), [("mail_from", "")]),
        (SettingsAnswers(SITE, sms_provider="kannel", sms_url="kannel"), [("sms_url", "kannel")]),
        (
            SettingsAnswers(SITE, smtp_host="a.ru", mail_from="a@b.ru", smtp_user="anna"),
            [("smtp_user", "anna"), ("smtp_password_file", "")],
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_no_file_is_left(
    tmp_path: Path, answers: SettingsAnswers, wrong: list[tuple[str, str]]
) -> None:
    with pytest.raises(WrongAnswers) as error:
        write_settings(tmp_path / "gotovo.toml", answers, HOME, ENGLISH)
    assert [(fault.name, fault.value) for fault in error.value.faults] == wrong
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_never_written_nor_repeated(tmp_path: Path) -> None:
    answers = SettingsAnswers(SITE, database_url="postgresql://gotovo:hush@127.0.0.1/gotovo")
    with pytest.raises(WrongAnswers, match="an account without a password") as error:
        write_settings(tmp_path / "gotovo.toml", answers, HOME, ENGLISH)
    assert "hush" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("public_url", "proxies", "state", "advice"),
    [
        (SITE, "127.0.0.1", FindingState.STANDS, ""),
        (SITE, "", FindingState.MISSING, "trusted_proxies"),
        ("http://orders.example.ru", "", FindingState.STANDS, "Without https"),
        ("", "", FindingState.MISSING, "public_url"),
    ],
)
def test_settings_that_are_not_enough_for_buyers_are_named(
    tmp_path: Path, public_url: str, proxies: str, state: FindingState, advice: str
) -> None:
    given = {"GOTOVO_PUBLIC_URL": public_url, "GOTOVO_TRUSTED_PROXIES": proxies}
    found = settings_finding(tmp_path / "gotovo.toml", load_settings({**HOME, **given}), ENGLISH)
    assert found.state is state
    assert advice in found.advice


def test_the_file_is_the_one_that_the_program_reads() -> None:
    assert settings_path({"GOTOVO_CONFIG": "/etc/gotovo/gotovo.toml"}) == Path(
        "/etc/gotovo/gotovo.toml"
    )
    assert settings_path({}) == Path("gotovo.toml").absolute()
