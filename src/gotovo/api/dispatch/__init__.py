"""Request dispatch: endpoints, idempotency, submission and problems."""
