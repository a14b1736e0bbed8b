"""E-mails about orders: the button, and the orders for the mail program."""
