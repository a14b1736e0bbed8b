"""Web push: encrypted messages to browsers, through the services of their makers."""
