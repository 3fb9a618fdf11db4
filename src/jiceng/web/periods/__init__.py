"""Reporting periods on screen: who has reported, what, and what was corrected since."""
