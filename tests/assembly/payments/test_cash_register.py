"""The cash register of the settings: made of what is there, refused by what is missing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gotovo.assembly.payments.cash_register import check_register, open_register
from gotovo.config import Settings
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text("hush hush\n")
    file.chmod(0o600)
    return file


def settings(folder: Path, **more: str) -> Settings:
    given = {f"GOTOVO_{name.upper()}": value for name, value in more.items()}
    return load_settings({"HOME": str(folder), **given})


def clock() -> datetime:
    return datetime(2026, 11, 22, tzinfo=UTC)


async def test_receipts_are_off_by_default(tmp_path: Path) -> None:
    assert settings(tmp_path).receipts == "off"
    check_register(settings(tmp_path))
    async with open_register(settings(tmp_path), clock) as register:
        assert register is None


async def test_atol_is_made_of_group_login_and_password(tmp_path: Path, secret: Path) -> None:
    chosen = settings(
        tmp_path,
        receipts="atol",
        atol_group="g",
        atol_login="l",
        atol_password_file=str(secret),
    )
    check_register(chosen)
    async with open_register(chosen, clock) as register:
        assert register is not None
        assert register.name == "atol"


async def test_yookassa_has_the_account_of_its_payments(tmp_path: Path, secret: Path) -> None:
    chosen = settings(
        tmp_path, receipts="yookassa", yookassa_shop="100500", yookassa_secret_file=str(secret)
    )
    check_register(chosen)
    async with open_register(chosen, clock) as register:
        assert register is not None
        assert register.name == "yookassa"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"receipts": "atol"}, "atol_group"),
        ({"receipts": "atol", "atol_group": "g"}, "atol_login"),
        ({"receipts": "atol", "atol_group": "g", "atol_login": "l"}, "atol_password_file"),
        ({"receipts": "yookassa"}, "yookassa_shop"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        check_register(settings(tmp_path, **given))


def test_another_register_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="RECEIPTS"):
        settings(tmp_path, receipts="abacus")
