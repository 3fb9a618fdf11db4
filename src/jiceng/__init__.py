"""Jiceng 基层: fill in once; every list, number, map, letter and report follows."""

__version__ = "0.1.0"
