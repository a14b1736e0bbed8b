"""The limits of API keys, what a request counts, and the headers that tell a client of both."""
