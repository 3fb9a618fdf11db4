"""Papers about an area and a period: their figures, the annex that explains them, their files, one for each area."""
