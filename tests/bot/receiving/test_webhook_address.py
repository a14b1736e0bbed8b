"""The address of the webhook: two secrets of each bot, which tell nothing of each other."""

import re

from gotovo.bot.receiving.webhook_address import WEBHOOK_PATH, webhook_path, webhook_secret

KEY, OTHER = b"k" * 32, b"o" * 32


def test_both_secrets_differ_by_key_and_bot() -> None:
    secrets = {
        secret
        for key in (KEY, OTHER)
        for bot in (1, 2)
        for secret in (webhook_path(key, bot), WEBHOOK_PATH + webhook_secret(key, bot))
    }
    assert len(secrets) == 8
    assert webhook_path(KEY, 1) == webhook_path(KEY, 1)


def test_telegram_takes_them() -> None:
    """A secret token may have 1 to 256 letters, digits, hyphens and underscores."""
    assert re.fullmatch(r"[A-Za-z0-9_-]{40}", webhook_secret(KEY, 1))
    assert re.fullmatch(r"/hooks/telegram/[0-9a-f]{40}", webhook_path(KEY, 1))
