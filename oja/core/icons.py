"""Icons: the Lucide icons that we use, in one sprite file.

``{% icon "check" %}`` draws one. To add an icon: put its Lucide name in ``ICONS`` (in
alphabetical order), unpack the npm package ``lucide-static`` somewhere and run
``python -m oja.core.icons <folder of the package>/icons``. Icons are ISC licensed, see
``oja/static/icons/LICENSE.txt``.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons" / "sprite.svg"

ICONS = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "bell",
    "book-open",
    "bookmark",
    "building-2",
    "calendar-check",
    "calendar-days",
    "calendar-plus",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-alert",
    "circle-check",
    "circle-dashed",
    "circle-dot",
    "circle-minus",
    "circle-plus",
    "circle-question-mark",
    "circle-user",
    "circle-x",
    "clock",
    "clock-alert",
    "copy",
    "download",
    "ellipsis",
    "equal",
    "external-link",
    "eye",
    "eye-off",
    "file-text",
    "flag",
    "folder-open",
    "git-compare",
    "graduation-cap",
    "handshake",
    "history",
    "hourglass",
    "house",
    "inbox",
    "info",
    "key-round",
    "languages",
    "layers",
    "link",
    "list-checks",
    "lock",
    "log-in",
    "log-out",
    "mail",
    "map-pin",
    "menu",
    "message-circle",
    "message-square-reply",
    "message-square-text",
    "minus",
    "notebook-pen",
    "pencil",
    "pencil-line",
    "phone",
    "plus",
    "presentation",
    "printer",
    "refresh-cw",
    "route",
    "scale",
    "school",
    "search",
    "send",
    "settings",
    "share-2",
    "shield",
    "shield-alert",
    "shield-check",
    "sliders-horizontal",
    "sun",
    "table",
    "target",
    "trash-2",
    "trending-down",
    "trending-up",
    "triangle-alert",
    "undo-2",
    "unlink",
    "upload",
    "user",
    "user-check",
    "user-plus",
    "users",
    "video",
    "wallet",
    "x",
)


def write_sprite(folder):
    """Write the sprite from ``folder`` with one ``<name>.svg`` per icon; FileNotFoundError if
    an icon of ``ICONS`` is not there."""
    symbols = []
    for name in ICONS:
        svg = (Path(folder) / f"{name}.svg").read_text(encoding="utf-8")
        shapes = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL).group(1)
        shapes = re.sub(r"\s*\n\s*", "", shapes)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    write_sprite(sys.argv[1])
