"""Restructuring: one document, one day, one atomic write that changes a tree of regions or party
organisations.

`documents` reads what is to be done (`steps`), `plan` works it out on the tree of that day and refuses what
cannot be, `applying` writes it, `splits` assigns what a split has left over.
"""
