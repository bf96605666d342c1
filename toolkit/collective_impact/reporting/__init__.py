"""Turning pages into a web site and a PDF."""
