"""What the doctor says of payments: of the settings, and of the providers that it asks."""

from pathlib import Path

from gotovo.assembly.payments.provider_complaints import payment_complaints, provider_complaints
from gotovo.config import Settings
from gotovo.settings_sources import load_settings
from tests.support.payments.yookassa_ledger import SECRET, SHOP
from tests.support.payments.yookassa_server import yookassa_server


def settings(folder: Path, key: str = "live_hush", **more: str) -> Settings:
    """Return the settings of an account at YooKassa that nothing is wrong with."""
    file = folder / "key"
    file.write_text(key)
    file.chmod(0o600)
    given = {
        "HOME": str(folder),
        "GOTOVO_PUBLIC_URL": "https://orders.example.ru",
        "GOTOVO_PAYMENT_PROVIDERS": "yookassa",
        "GOTOVO_YOOKASSA_SHOP": SHOP,
        "GOTOVO_YOOKASSA_SECRET_FILE": str(file),
    }
    return load_settings(given | {f"GOTOVO_{name.upper()}": value for name, value in more.items()})


def problems(chosen: Settings) -> dict[str, bool]:
    """Return what is complained of, and whether it is advice."""
    return {each.problem: each.advice for each in payment_complaints(chosen)}


def test_a_whole_account_is_complained_of_by_nobody(tmp_path: Path) -> None:
    assert problems(settings(tmp_path)) == {}
    assert problems(settings(tmp_path, payment_providers="", yookassa_shop="")) == {}
    assert problems(settings(tmp_path, demo="1", yookassa_shop="")) == {}


def test_what_is_missing_is_named_once(tmp_path: Path) -> None:
    [lacking] = problems(settings(tmp_path, yookassa_shop="", public_url=""))
    assert lacking.startswith("yookassa_shop: ''")
    chosen = settings(tmp_path)
    Path(chosen.yookassa_secret_file).chmod(0o644)
    assert problems(chosen) == {}, "the check of all files with secrets says so"


def test_buyers_have_to_come_back_and_notifications_to_arrive(tmp_path: Path) -> None:
    [(nowhere, advice)] = problems(settings(tmp_path, public_url="")).items()
    assert "buyers can't come back" in nowhere
    assert not advice
    [(plain, advice)] = problems(settings(tmp_path, public_url="http://orders.test")).items()
    assert "https alone" in plain
    assert advice


def test_the_key_of_a_test_shop_is_advised_of_and_not_shown(tmp_path: Path) -> None:
    [(problem, advice)] = problems(settings(tmp_path, SECRET)).items()
    assert "no money moves" in problem
    assert SECRET not in problem
    assert advice


async def test_a_provider_that_refuses_the_key_is_named(tmp_path: Path) -> None:
    async with yookassa_server() as server:
        right = settings(tmp_path, SECRET, yookassa_url=server.url)
        assert await provider_complaints(right) == []
        wrong = settings(tmp_path, "test_wrong", yookassa_url=server.url)
        [complaint] = await provider_complaints(wrong)
        assert complaint.problem == (
            "yookassa can't be reached now: 127.0.0.1: HTTP 401: invalid_credentials"
        )
        calls = len(server.calls)
        for chosen in (
            settings(tmp_path, yookassa_shop=""),
            settings(tmp_path, demo="1", yookassa_url=server.url),
            settings(tmp_path, payment_providers=""),
        ):
            assert await provider_complaints(chosen) == []
        assert len(server.calls) == calls
