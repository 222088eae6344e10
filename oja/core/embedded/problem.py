"""One sentence for the person at the keyboard."""


class Problem(Exception):
    """Something is missing on this machine. The text says what, and what to do about it."""
