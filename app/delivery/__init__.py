"""Delivery of a decided disposal: given to the child, worked on, ended. Some that end unfinished are decided anew."""
