"""Lists of pupils from the administration of a school: read, look at, take over, undo.

sheets (oja.core) → columns (which column is what) → table or edexml (rows as PupilRow) → plan
(what that means for the pupils of the site) → actions. Everything before `plan` is pure.
"""
