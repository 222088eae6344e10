"""Every component tag, and nothing else.

``{% load ui %}`` (also a builtin of our templates). Each tag renders one template of
``templates/components/`` whose head comment tells its options. ``/onderdelen/`` shows them all.
"""

from oja.core.templatetags.ui import actions, fields, frame, lists, people, progress, text
from oja.core.templatetags.ui.library import register

__all__ = ["actions", "fields", "frame", "lists", "people", "progress", "register", "text"]
