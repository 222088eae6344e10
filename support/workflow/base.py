"""What both processes do with every move: typed text loses what must not be stored."""

from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import Workflow
from support import facts


class CaseWorkflow(Workflow):
    """Masks what looks like a citizen service number in every text that a move sets."""

    def available(self, row, actor, on=None, at=None, may_change=None):
        """As the engine says; what several guards ask is read once."""
        with facts.remembering():
            return super().available(row, actor, on, at, may_change)

    def _set(self, transition, row, step):
        changed = super()._set(transition, row, step)
        for name in transition.sets:
            value = step.data.get(name)
            if isinstance(value, str) and name in changed:
                setattr(row, name, mask_bsn(clean_text(value).strip())[0])
        return changed
