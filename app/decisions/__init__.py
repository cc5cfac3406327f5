"""The joint decision: two opinions, escalation where they conflict, one decision of record. Nothing here is a vote."""
