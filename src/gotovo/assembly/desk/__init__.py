"""The desks of points, put together from the settings."""
