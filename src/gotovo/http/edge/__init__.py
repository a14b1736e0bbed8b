"""The edge: what every request passes before the API and the pages, and how clients are bounded."""
