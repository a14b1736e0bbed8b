"""Load generators: requests over many connections, in closed and open loops, and pgbench."""
