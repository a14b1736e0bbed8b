"""Rendering: templates with their environment, formatted values, and the assets pages load."""
