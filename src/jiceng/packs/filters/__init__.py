"""The filter grammar of docs/packs.md: parsed, checked against the fact declarations, run in Python."""
