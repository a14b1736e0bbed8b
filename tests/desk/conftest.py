"""The desk over the API, the real database and the real engine."""

from tests.api.conftest import api, network

__all__ = ["api", "network"]
