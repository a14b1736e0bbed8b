"""Help: the questions of buyers, as pages and the bot take them."""
