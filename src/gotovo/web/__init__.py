"""Pages for people, made on the server; none of them needs a script."""
