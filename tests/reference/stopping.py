"""Callers who want to stop: at a question, or in a phase."""

from coprod.progress import Progress


class Stopping(Progress):
    """A caller who wants to stop once he has been asked some number of times."""

    def __init__(self, after):
        self.after = after

    def cancelled(self):
        self.after -= 1
        return self.after < 0


class Stop(Progress):
    """A caller who wants to stop when a phase begins that has a word in it."""

    def __init__(self, word):
        self.word, self.phases, self.stopped = word, [], False

    def phase(self, name):
        self.phases.append(name)
        self.stopped = self.stopped or self.word in name

    def cancelled(self):
        return self.stopped
