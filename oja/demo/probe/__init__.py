"""A world for independent security testers: every border crossed, a canary in every secret.

Two schools and two lead providers. Each name and each sensitive text holds a random word that
occurs nowhere else, filed under the group of rows that it stands in, so that whoever reads a page
as some user can tell at once whether that user should have seen it.
"""

from oja.demo.probe.house import MARK
from oja.demo.probe.record import Probe, as_json
from oja.demo.probe.world import World

__all__ = ["MARK", "Probe", "World", "as_json"]
