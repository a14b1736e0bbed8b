"""Files of others: encoding, delimiter, rows, and the file of rejected rows."""
