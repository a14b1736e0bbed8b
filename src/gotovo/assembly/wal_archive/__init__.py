"""The WAL archive in a running program: who follows it, and what operators are told of it."""
