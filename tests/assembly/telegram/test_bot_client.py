"""The client of the settings: its token comes from a file, and its library is an extra."""

import sys
from pathlib import Path

import pytest

from gotovo.assembly.telegram.bot_client import (
    bot_address,
    bot_complaints,
    check_bot,
    open_telegram,
)
from gotovo.config import Settings
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.bot.bot_api import BOT_ID, TOKEN
from tests.support.cli.program import Program


def settings_of(folder: Path, token: str = TOKEN, **more: str) -> Settings:
    """Return settings with a bot whose token is this."""
    file = folder / "token"
    file.touch(0o600)
    file.write_text(token)
    given = {"HOME": str(folder), "GOTOVO_TELEGRAM_TOKEN_FILE": str(file)}
    return load_settings({**given, "GOTOVO_TELEGRAM_BOT": "shop_bot", **more})


async def test_without_a_token_there_is_no_bot() -> None:
    settings = load_settings({"HOME": "/nowhere"})
    async with open_telegram(settings) as client:
        assert client is None
    assert list(bot_complaints(settings)) == []


async def test_the_bot_is_that_of_the_token(tmp_path: Path) -> None:
    async with open_telegram(settings_of(tmp_path)) as client:
        assert client is not None
        assert client.bot_id == BOT_ID


@pytest.mark.parametrize("token", ["", "hush", "1:short", f"{TOKEN}\nmore", f"x{TOKEN}"])
def test_what_is_no_token_is_refused_and_not_shown(tmp_path: Path, token: str) -> None:
    with pytest.raises(SettingError, match=r"^telegram_token_file: .*Expected one line") as refused:
        check_bot(settings_of(tmp_path, token))
    assert not token or token not in str(refused.value)


def test_without_the_extra_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path)
    for name in [each for each in sys.modules if each.partition(".")[0] == "aiogram"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aiogram", None)  # as if it were not installed
    with pytest.raises(SettingError, match="requirements/install telegram"):
        check_bot(settings)
    [complaint] = bot_complaints(settings)
    assert "aiogram" in complaint.problem


def test_a_program_does_not_start_with_a_wrong_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text("hush")
    program = Program(tmp_path, "postgresql://nobody@127.0.0.1:1/none")
    program.environment |= {
        "GOTOVO_TELEGRAM_TOKEN_FILE": str(file),
        "GOTOVO_TELEGRAM_BOT": "shop_bot",
    }
    done = program.run("serve")
    assert done.returncode == 2
    assert "telegram_token_file: " in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.parametrize(
    ("bot_url", "address"),
    [("", "https://t.me/shop_bot"), ("https://chat.shop.ru", "https://chat.shop.ru")],
)
def test_the_bot_is_where_help_is_offered(tmp_path: Path, bot_url: str, address: str) -> None:
    assert bot_address(settings_of(tmp_path, GOTOVO_BOT_URL=bot_url)) == address
    assert bot_address(load_settings({"HOME": "/nowhere"})) == ""
