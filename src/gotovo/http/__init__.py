"""What starlette lacks: deadlines, caps, limits, security headers, compression and hot paths."""
