"""The fixtures of the pages, for the tests of this folder."""

from tests.web.stage import buyer, cast, clock, engine, journal, parts, telling

__all__ = ["buyer", "cast", "clock", "engine", "journal", "parts", "telling"]
