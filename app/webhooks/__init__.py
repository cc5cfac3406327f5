"""What happened, told to systems that asked for it: signed messages to the addresses that they gave, at least once."""
