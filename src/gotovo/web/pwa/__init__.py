"""The installable app: manifest, icons, service worker and offline page."""
