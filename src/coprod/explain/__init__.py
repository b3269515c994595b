"""Answers: why it is late, what is feasible where, what a limit is worth, what it would take."""
