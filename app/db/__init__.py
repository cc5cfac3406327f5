"""PostgreSQL: one engine, one transaction to a request, the area set inside it."""
