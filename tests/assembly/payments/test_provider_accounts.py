"""The accounts at payment providers: read from settings and files, and named when they lack."""

from pathlib import Path

import pytest

from gotovo.assembly.payments.provider_accounts import check_accounts, providers_of
from gotovo.assembly.payments.providers import check_providers
from gotovo.config import Settings
from gotovo.outbound.exchange import open_client
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.payments.yookassa_ledger import SECRET, SHOP
from tests.support.payments.yookassa_server import yookassa_server


def settings(folder: Path, **more: str) -> Settings:
    """Return the settings of an account at YooKassa."""
    key = folder / "key"
    if not key.exists():
        key.write_text(f"{SECRET}\n")
        key.chmod(0o600)
    given = {
        "HOME": str(folder),
        "GOTOVO_PAYMENT_PROVIDERS": "yookassa",
        "GOTOVO_YOOKASSA_SHOP": SHOP,
        "GOTOVO_YOOKASSA_SECRET_FILE": str(key),
    }
    return load_settings(given | {f"GOTOVO_{name.upper()}": value for name, value in more.items()})


async def test_a_provider_asks_with_the_account_of_the_settings(tmp_path: Path) -> None:
    async with yookassa_server() as server, open_client() as client:
        chosen = settings(tmp_path, yookassa_url=server.url)
        check_accounts(chosen)
        providers = providers_of(chosen, client)
        assert list(providers) == ["yookassa"]
        assert providers["yookassa"].account == SHOP
        assert (await providers["yookassa"].health()).reachable


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"yookassa_shop": ""}, "^yookassa_shop: '': Expected the shopId"),
        ({"yookassa_shop": "1:2"}, "^yookassa_shop: '1:2': "),
        ({"yookassa_secret_file": ""}, "^yookassa_secret_file: '': Expected the file with"),
        (
            {"yookassa_secret_file": "/none"},
            "^yookassa_secret_file: .*No such file.*'/none'; set .* file with the secret key$",
        ),
    ],
)
def test_what_an_account_lacks_is_named(tmp_path: Path, more: dict[str, str], reason: str) -> None:
    chosen = settings(tmp_path, **more)
    with pytest.raises(SettingError, match=reason):
        check_accounts(chosen)
    with pytest.raises(SettingError, match=reason):
        check_providers(chosen)


def test_a_key_that_others_can_read_is_not_used_nor_shown(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    Path(chosen.yookassa_secret_file).chmod(0o644)
    with pytest.raises(SettingError, match="can be read by others") as refused:
        check_providers(chosen)
    assert SECRET not in str(refused.value)


def test_the_demo_and_an_installation_without_payments_need_none(tmp_path: Path) -> None:
    check_providers(settings(tmp_path, yookassa_shop="", demo="1"))
    check_providers(settings(tmp_path, yookassa_shop="", payment_providers=""))


def test_payment_settings_are_read(tmp_path: Path) -> None:
    settings = load_settings({"HOME": str(tmp_path)})
    assert settings.provider_names == ()
    assert settings.yookassa_url == "https://api.yookassa.ru/v3"
    given = {
        "GOTOVO_PAYMENT_PROVIDERS": "stripe, yookassa",
        "GOTOVO_YOOKASSA_SECRET_FILE": "~/key",
        "GOTOVO_YOOKASSA_URL": "http://127.0.0.1:8080/v3",
    }
    settings = load_settings({"HOME": "/alina", **given})
    assert settings.provider_names == ("stripe", "yookassa")
    assert settings.yookassa_secret_file == "/alina/key"


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PAYMENT_PROVIDERS", "paypal", "^payment_providers: 'paypal': Expected each of these"),
        ("PAYMENT_PROVIDERS", "yookassa, yookassa", "^payment_providers: 'yookassa': "),
        ("PAYMENT_PROVIDERS", "YooKassa", "^payment_providers: 'YooKassa': "),
        ("YOOKASSA_URL", "", "^yookassa_url: Expected https://"),
        ("YOOKASSA_URL", "http://api.yookassa.ru/v3", "^yookassa_url: "),
        ("YOOKASSA_URL", "https://api.yookassa.ru/v3/", "^yookassa_url: "),
        ("YOOKASSA_URL", "https://api.yookassa.ru/v3?a=b", "^yookassa_url: "),
        ("YOOKASSA_URL", "https://1:hush@api.yookassa.ru/v3", "^yookassa_url: "),
        ("YOOKASSA_URL", "https:///v3", "^yookassa_url: "),
    ],
)
def test_wrong_payment_settings_are_named(
    tmp_path: Path, name: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingError, match=reason) as refused:
        load_settings({"HOME": str(tmp_path), f"GOTOVO_{name}": value})
    assert "hush" not in str(refused.value)
