"""Writes about users, their grants and the competence of bodies. Each checks its author's own right first."""
