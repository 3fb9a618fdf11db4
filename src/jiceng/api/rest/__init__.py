"""The REST interface: figures, records and imports for programs that act in somebody's name by a token."""
