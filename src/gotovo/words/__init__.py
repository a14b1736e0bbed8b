"""Localization: every sentence that people read, in Russian and in English."""
