"""What areas settle for themselves and forces license: protocols and gravity matrices, each agreed by two agencies."""
