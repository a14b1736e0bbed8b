"""Letters to browsers: what a notification says, and what follows when nobody sees it."""
