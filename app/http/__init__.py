"""The HTTP edge: the order of checks, problem documents, and the types that JSON is read into."""
