"""The API's documentation as programs and people read it: the OpenAPI document and its page."""
