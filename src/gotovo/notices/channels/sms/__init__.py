"""SMS: text and its segments, providers over HTTP by template, and Kannel."""
