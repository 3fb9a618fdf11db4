"""Open311 GeoReport v2: other programs report, and read what was made public."""
