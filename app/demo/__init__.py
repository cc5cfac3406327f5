"""A synthetic world to look at the service in: decided cases by a seeded generator, and one story played over HTTP."""
