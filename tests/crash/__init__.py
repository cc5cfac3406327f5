"""The service and its database killed, stopped and starved, with people at work."""
