"""What both processes do with every move: typed text loses what must not be stored."""

from oja.core.text import clean_text, mask_bsn
from oja.core.workflow import Workflow


class CaseWorkflow(Workflow):
    """Masks what looks like a citizen service number in every text that a move sets."""

    def _set(self, transition, row, step):
        changed = super()._set(transition, row, step)
        for name in transition.sets:
            value = step.data.get(name)
            if isinstance(value, str) and name in changed:
                setattr(row, name, mask_bsn(clean_text(value).strip())[0])
        return changed
