"""Payment providers: one port, and one module for each provider's API."""
