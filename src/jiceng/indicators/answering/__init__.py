"""From a question to its answer: what is asked (`question`), of which declaration (`declared`), about which
nodes (`trees`), run on the engine (`running`), put into `values` and their `parts`; `changes` compares two
answers.
"""
