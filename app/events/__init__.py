"""What happened to cases, told to systems that ask: thin events with ids, written with the act they tell of."""
