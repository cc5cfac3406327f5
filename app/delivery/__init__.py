"""Delivery of a decided disposal: given to the child, worked on, ended. What ends unfinished may return for decision."""
