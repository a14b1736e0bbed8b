"""Staff, put together: who may sign in, and the work at points."""
