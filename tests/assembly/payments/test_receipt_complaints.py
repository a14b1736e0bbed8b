"""What the doctor says of receipts."""

from pathlib import Path

from gotovo.assembly.payments.receipt_complaints import fiscal_complaints, register_complaints
from gotovo.config import Settings
from gotovo.settings_sources import load_settings
from tests.support.notices.http_peer import http_peer
from tests.support.payments.cash_registers import GROUP, LOGIN, PASSWORD, AtolServer


def settings(folder: Path, **more: str) -> Settings:
    given = {f"GOTOVO_{name.upper()}": value for name, value in more.items()}
    return load_settings({"HOME": str(folder), **given})


def secret(folder: Path, content: str) -> str:
    file = folder / "password"
    file.write_text(content)
    file.chmod(0o600)
    return str(file)


def problems(chosen: Settings) -> list[str]:
    return [each.problem for each in fiscal_complaints(chosen)]


def test_there_is_nothing_to_say_where_receipts_are_off(tmp_path: Path) -> None:
    assert problems(settings(tmp_path)) == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    (said,) = problems(settings(tmp_path, receipts="atol"))
    assert said.startswith("atol_group")


def test_yookassa_registers_receipts_of_its_own_payments(tmp_path: Path) -> None:
    account = {
        "receipts": "yookassa",
        "yookassa_shop": "100500",
        "yookassa_secret_file": secret(tmp_path, "live_x"),
    }
    (said,) = problems(settings(tmp_path, **account))
    assert "takes no payments" in said
    (advice,) = fiscal_complaints(
        settings(tmp_path, payment_providers="yookassa,stripe", **account)
    )
    assert advice.advice
    assert "stripe" in advice.problem


async def test_a_register_that_does_not_let_us_in_is_a_problem(tmp_path: Path) -> None:
    async with http_peer(AtolServer().answer) as peer:
        for password, said in ((PASSWORD, 0), ("wrong", 1)):
            chosen = settings(
                tmp_path,
                receipts="atol",
                atol_group=GROUP,
                atol_login=LOGIN,
                atol_password_file=secret(tmp_path, password),
                atol_url=f"{peer.url}/possystem/v5",
            )
            found = await register_complaints(chosen)
            assert len(found) == said
            assert all("check login and password" in each.problem for each in found)
