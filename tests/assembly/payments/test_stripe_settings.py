"""The account at Stripe: read from settings and files, and named when it lacks something."""

from pathlib import Path

import pytest

from gotovo.assembly.payments.provider_accounts import check_accounts, providers_of
from gotovo.assembly.payments.provider_complaints import payment_complaints, provider_complaints
from gotovo.assembly.payments.stripe_settings import stripe_account
from gotovo.config import Settings
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.stripe import STRIPE_URL
from gotovo.setting_checks import SettingError
from gotovo.settings_sources import load_settings
from tests.support.payments.localstripe import running_localstripe

KEY = "sk_live_of_nobody_at_all"
TEST_KEY = "sk_test_of_nobody_at_all"
SIGNING = "whsec_of_nobody_at_all"


def settings(folder: Path, key: str = KEY, signing: str = SIGNING, **more: str) -> Settings:
    """Return the settings of an account at Stripe that nothing is wrong with."""
    for name, text in (("key", key), ("signing", signing)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    given = {
        "home": str(folder),
        "public_url": "https://orders.example.ru",
        "payment_providers": "stripe",
        "stripe_secret_file": str(folder / "key"),
        "stripe_webhook_secret_file": str(folder / "signing"),
    }
    chosen = given | more
    home = {"HOME": chosen.pop("home")}
    return load_settings(home | {f"GOTOVO_{name.upper()}": x for name, x in chosen.items()})


def problems(chosen: Settings) -> dict[str, bool]:
    """Return what is complained of, and whether it is advice."""
    return {each.problem: each.advice for each in payment_complaints(chosen)}


def test_the_secrets_are_those_of_the_files_the_newest_first(tmp_path: Path) -> None:
    account = stripe_account(settings(tmp_path, f"{KEY}\n", f"{SIGNING}2\n\n{SIGNING}1\r\n"))
    assert (account.secret, account.url) == (KEY, STRIPE_URL)
    assert account.webhook_secrets == (f"{SIGNING}2".encode(), f"{SIGNING}1".encode())


def test_a_key_may_be_restricted_and_notifications_may_do_without_a_secret(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "rk_live_of_nobody", stripe_webhook_secret_file="")
    assert stripe_account(chosen).webhook_secrets == ()


async def test_a_provider_asks_with_the_account_of_the_settings(tmp_path: Path) -> None:
    with running_localstripe() as server:
        chosen = settings(tmp_path, TEST_KEY, stripe_url=server.url)
        async with open_client() as client:
            providers = providers_of(chosen, client)
            assert list(providers) == ["stripe"]
            assert (await providers["stripe"].health()).reachable
        assert await provider_complaints(chosen) == []


async def test_a_provider_that_is_not_there_is_named(tmp_path: Path) -> None:
    chosen = settings(tmp_path, stripe_url="http://127.0.0.1:1")
    [complaint] = await provider_complaints(chosen)
    assert complaint.problem == "stripe can't be reached now: 127.0.0.1: no connection"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"stripe_secret_file": ""}, "^stripe_secret_file: '': Expected the file with"),
        ({"stripe_secret_file": "/none"}, "^stripe_secret_file: .*No such file"),
        ({"key": ""}, "^stripe_secret_file: .* is empty: Expected one line, the secret key"),
        ({"key": "pk_live_of_nobody_at_all"}, "^stripe_secret_file: .*like sk_live_"),
        ({"key": "sk_live_of nobody"}, "^stripe_secret_file: .*like sk_live_"),
        ({"stripe_webhook_secret_file": "/none"}, "^stripe_webhook_secret_file: .*No such file"),
        ({"signing": "\n"}, "^stripe_webhook_secret_file: .*Expected one secret a line"),
        ({"signing": "\x00"}, "^stripe_webhook_secret_file: .*Expected one secret a line"),
        ({"signing": f"{SIGNING}\n{KEY}"}, "^stripe_webhook_secret_file: .*lines like whsec_"),
    ],
)
def test_what_an_account_lacks_is_named_and_not_shown(
    tmp_path: Path, more: dict[str, str], reason: str
) -> None:
    chosen = settings(tmp_path, **more)
    with pytest.raises(SettingError, match=reason) as refused:
        check_accounts(chosen)
    assert "nobody" not in str(refused.value)
    assert len(problems(chosen)) == 1


@pytest.mark.parametrize("name", ["key", "signing"])
def test_a_secret_that_others_can_read_is_not_used(tmp_path: Path, name: str) -> None:
    chosen = settings(tmp_path)
    (tmp_path / name).chmod(0o640)
    with pytest.raises(SettingError, match="can be read by others"):
        stripe_account(chosen)
    assert problems(chosen) == {}, "the check of all files with secrets says so"


@pytest.mark.parametrize(
    "url", ["http://api.stripe.com", "https://api.stripe.com/", "https://u:p@h", "stripe", ""]
)
def test_the_address_of_the_api_is_checked(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingError, match=r"^stripe_url: Expected https://HOST/PATH"):
        settings(tmp_path, stripe_url=url)


def test_a_whole_account_is_complained_of_by_nobody(tmp_path: Path) -> None:
    assert problems(settings(tmp_path)) == {}
    assert problems(settings(tmp_path, demo="1", stripe_secret_file="")) == {}


def test_a_test_key_and_a_missing_secret_are_advised_of(tmp_path: Path) -> None:
    [(problem, advice)] = problems(settings(tmp_path, TEST_KEY)).items()
    assert "no money moves" in problem
    assert advice
    [(problem, advice)] = problems(settings(tmp_path, stripe_webhook_secret_file="")).items()
    assert "notifications can't be verified" in problem
    assert advice
