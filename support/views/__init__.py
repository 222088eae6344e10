"""Pages of support: one function per page, read top to bottom."""
