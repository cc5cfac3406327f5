"""Reaching a case otherwise than by its area: break-glass, and children whose cases are for named people alone."""
