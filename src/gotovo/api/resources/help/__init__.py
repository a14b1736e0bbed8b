"""Help as a resource: the queue of open threads, who answers them, and the threads themselves."""
