"""Cross-checks: figures that must agree with each other.

`arithmetic` reads what packs write, `declaring` is the pack section, `running` finds what fails and the records
that make it, `published` asks the same of the figures that a place has published.

A list that should be empty is an indicator with a `finding`; it is a check like the others here.
"""
