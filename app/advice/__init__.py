"""Advice over HTTP: the decision core asked with facts, and the receipts of what it answered."""
