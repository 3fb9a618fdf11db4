"""Writes of this room: keyword-only functions that name their author (`by`) and the day from which they
hold.
"""
