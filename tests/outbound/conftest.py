"""The receiver of the webhooks' tests, for what is sent to it."""

from tests.webhooks.conftest import receiver

__all__ = ["receiver"]
