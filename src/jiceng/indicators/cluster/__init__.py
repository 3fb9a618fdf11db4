"""Figures from a Spark cluster (`JICENG_ENGINE=spark`): the same declarations over the same files.

Only what is asked of the facts goes there. The dated trees are asked in this process, as always: they are small and
asked often. `driver` holds the process's one Spark application, `engine` the snapshot as it sees it.
"""
