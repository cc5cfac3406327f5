"""Figures by which two agencies manage: the out-of-court indicator, first-time entrants, serious violence, volumes."""
