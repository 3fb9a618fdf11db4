"""From cohorts to rows in memory: what to make in which order, where, linked to what, with which values."""
