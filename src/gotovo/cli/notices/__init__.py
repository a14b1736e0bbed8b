"""What `gotovo notices` is made of."""
