"""Figures: what they mean, their values with their parts and their course, and the records behind them."""
