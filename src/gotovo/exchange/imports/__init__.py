"""Orders from other systems, imported as the steps they went through."""
