"""The HTTP server, and what starlette lacks: deadlines, caps, limits, headers and hot paths."""
