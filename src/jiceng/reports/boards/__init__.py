"""Boards: what packs say of them (`declaring`), for which times they are asked (`times`), what they come to
(`answering`), and which areas are folded together (`folding`).
"""
