"""The HTTP API: one table of endpoints drives routing, the OpenAPI document and its page."""
