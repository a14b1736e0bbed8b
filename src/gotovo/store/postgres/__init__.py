"""PostgreSQL itself: connections, statements, migrations, and what can go wrong."""
