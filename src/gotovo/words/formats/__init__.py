"""Formats of dates, durations, money, addresses and phone numbers."""
