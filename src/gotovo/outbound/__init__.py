"""Requests to addresses that others have given: where they may go, and how long they may take."""
