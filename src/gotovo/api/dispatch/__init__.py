"""From a request to a handler and back: endpoints, idempotency, pages, problems."""
