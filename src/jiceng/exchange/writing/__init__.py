"""What the rows of a file mean: the records they name, what would change, and how that is written."""
