"""Decision panels: who met about which cases, and what they were shown. A panel informs; it decides nothing."""
