"""Cases, put together: what decisions do here, and what runs for them."""
