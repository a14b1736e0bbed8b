"""What a buyer chooses to be told: the page of the account, and the link in e-mails."""
