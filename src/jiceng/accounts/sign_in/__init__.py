"""Signing in: what we add to django-allauth and django-axes."""

SEEN, BEGAN = "seen", "began"
"""Session keys: the second of the last request that a hand has sent, and of the sign-in."""

ENDED = "ended"
"""Session key of whoever the clock has signed out: after how many idle minutes, 0 after the longest time."""
