"""Pages for everybody: report, follow by a code, take on a wish, read what was made public; no script is needed."""
