"""Evaluation notebooks and learning reports for collective impact initiatives."""
