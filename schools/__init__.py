"""Boards, schools, sites and the pupils of those sites. Knows no provider and no help."""
