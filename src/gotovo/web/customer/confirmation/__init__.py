"""Confirmation: proving again that it is the person, before what cannot be undone."""
