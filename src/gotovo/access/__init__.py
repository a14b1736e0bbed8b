"""Authentication and access control: buyers, programs, rate limits and the access log."""
