"""Equity."""

from known_answers.known import Known

KNOWN: list[Known] = []
