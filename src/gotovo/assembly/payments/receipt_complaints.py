"""What is wrong with the settings of receipts, and what the cash register says when asked now."""

import asyncio
from collections.abc import Iterator
from typing import Final

from gotovo.assembly.machine_clock import utc_now
from gotovo.assembly.payments.cash_register import check_register, register_of
from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.outbound.exchange import open_client
from gotovo.payments.receipts.fiscal_watch import GUIDE
from gotovo.payments.receipts.port import RegisterHealth
from gotovo.setting_checks import SettingError

ANSWER_SECONDS_MAX: Final = 3.0
"""A person waits."""


def fiscal_complaints(settings: Settings) -> Iterator[Complaint]:
    """Return what is wrong with the settings, nothing where receipts are off."""
    if settings.demo or settings.receipts == "off":
        return
    try:
        check_register(settings)
    except SettingError as error:
        if "run chmod" not in str(error):  # setup_checks names files that others can read
            yield Complaint(str(error), f"see {GUIDE}")
    others = [each for each in settings.provider_names if each != "yookassa"]
    if settings.receipts == "yookassa" and "yookassa" not in settings.provider_names:
        yield Complaint(
            "receipts is yookassa, which takes no payments: it registers receipts of its own alone",
            "add yookassa to GOTOVO_PAYMENT_PROVIDERS, or set GOTOVO_RECEIPTS to atol",
        )
    elif settings.receipts == "yookassa" and others:
        named = ", ".join(others)
        yield Complaint(
            f"receipts is yookassa, and {named} takes payments too: receipts of these become cases",
            "set GOTOVO_RECEIPTS to atol, or register those receipts elsewhere",
            advice=True,
        )


async def register_complaints(settings: Settings) -> list[Complaint]:
    """Ask the register, and return whether it can't be reached with its account."""
    if settings.demo or settings.receipts == "off":
        return []
    try:
        async with open_client() as client, asyncio.timeout(ANSWER_SECONDS_MAX):
            health = await register_of(settings, client, utc_now).health()
    except SettingError:
        return []  # `fiscal_complaints` says so.
    except TimeoutError:
        reason = f"no answer within {ANSWER_SECONDS_MAX:.0f} seconds"
        health = RegisterHealth(reachable=False, reason=reason)
    if health.reachable:
        return []
    return [
        Complaint(
            f"the cash register can't be reached now: {health.reason}",
            f"look at the account and at {GUIDE}; receipts wait meanwhile",
        )
    ]
