"""Where a buyer is signed in, and which browsers get passkeys and push."""
