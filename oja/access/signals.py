"""What must happen around a log-in; connected by the app."""


def connect():
    """Connect the receivers."""
