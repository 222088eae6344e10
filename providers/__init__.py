"""Providers, their workers in schools, and the arrangements that tie them to schools."""
