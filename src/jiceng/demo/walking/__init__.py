"""Matters of the demonstration: each goes its way through its type's own flow, as people would have taken it."""
