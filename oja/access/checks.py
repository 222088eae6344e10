"""Start-up checks: what must not be forgotten is refused at the start."""


def register_checks():
    """Register the checks."""
