"""The site as an app: what an installation of it is made of, and what shows without a network."""
