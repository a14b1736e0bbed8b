"""Desks of the network that the API is tested on: the real database, the real engine."""

from tests.api.conftest import api, network

__all__ = ["api", "network"]
