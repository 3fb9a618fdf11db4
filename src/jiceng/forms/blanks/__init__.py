"""A superior's blank: what it looks like (`grid`), and how a workbook or a Word table is read and written without
changing anything else in it.
"""
