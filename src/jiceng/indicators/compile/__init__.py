"""From an indicator's declaration to SQL, by way of Ibis. Done once and stored: a request runs the SQL
alone.

`rows` finds the rows of a fact on a day with the columns that are asked for, `filters` turns the packs'
filter tree into a condition on them, `places` puts them into a dated tree, `visibility` cuts them down to a
scope, `queries` makes a value, its parts or its records of them. Whatever differs from one run to the next
is a named parameter (`asked`).
"""
