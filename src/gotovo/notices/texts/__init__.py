"""Texts of messages: templates with fields, those of the program and an operator's own."""
