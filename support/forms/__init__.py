"""Forms of the support pages; the forms of the moves register themselves in `moves`."""
