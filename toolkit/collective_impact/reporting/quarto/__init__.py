"""Quarto as the renderer: finding it, writing a project for it, running it once, taking over what it made."""
