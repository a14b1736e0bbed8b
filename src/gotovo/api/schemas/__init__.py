"""The schemas of request and response bodies."""
