"""OpenTelemetry traces: the only package that imports its SDK, and only where traces are sent."""
