"""Referrals and the cases that live from them."""
