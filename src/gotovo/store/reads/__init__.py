"""Read models, one file of queries and one of rows per audience."""
