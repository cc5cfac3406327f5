"""What the law, guidance and local protocols say: dated, cited data, and the few pure functions that read it."""
