"""Reads of matters: the inbox, lists, buttons, near and alike ones."""
