"""Whole matters made in memory and stored in bulk, as the actions would have left them."""
