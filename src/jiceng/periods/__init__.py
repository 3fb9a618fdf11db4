"""Reporting periods: closed by level after their checks, submitted, accepted or returned; what was reported stays
reproducible to the record, and what is corrected later shows as a correction.
"""
