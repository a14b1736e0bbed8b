"""A database filled with any number of orders by expanding a few played lives."""
