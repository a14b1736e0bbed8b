"""The HTTP/1.1 server: connections, the requests on them, and what is written back."""
