"""What stands on the pages of figures, the budget and the monitor, as numbers to compare."""

import re
from urllib.parse import parse_qs, urlsplit


def amount(text):
    """ "€ 1.740,50" in cents, "1 uur 30 min" in minutes, "1.055" as it is."""
    text = text.replace("\u00a0", " ").replace("−", "-").strip()
    if "€" in text:
        whole, _comma, cents = re.sub(r"[^\d,-]", "", text).partition(",")
        return int(whole) * 100 + int(cents.ljust(2, "0") or 0)
    hours, minutes = re.search(r"(\d+) uur", text), re.search(r"(\d+) min", text)
    if hours or minutes:
        return 60 * int(hours[1] if hours else 0) + int(minutes[1] if minutes else 0)
    return int(text.replace(".", ""))


def live(desk, *slugs):
    """{(figure, part): number} of live figures: every number that opens its rows."""
    found = {}
    for slug in slugs:
        desk.go(f"/cijfers/{slug}/")
        links = desk.page.locator(f"main a[href*='/cijfers/{slug}/']")
        for href, text in links.evaluate_all("all => all.map(a => [a.href, a.textContent])"):
            address = urlsplit(href)
            part = address.path.removeprefix(f"/cijfers/{slug}/").strip("/")
            if part and "schooljaar" not in parse_qs(address.query):  # of an earlier year
                number = amount(text)
                assert found.setdefault((slug, part), number) == number, (slug, part)
    return found


def moved(before, after):
    """{(figure, part): difference} of what is not the same any more."""
    assert set(before) <= set(after), set(before) - set(after)
    found = {key: number - before.get(key, 0) for key, number in after.items()}
    return {key: difference for key, difference in found.items() if difference}


def headline(desk, slug):
    """The large number of a live figure, as text."""
    desk.go(f"/cijfers/{slug}/")
    return desk.page.locator(".tile-value").first.inner_text().strip()


def budget(desk):
    """{kind of help: (spent, ordered, left)} in cents; "Totaal" for all."""
    desk.go("/budget/")
    rows = desk.page.locator("table").last.locator("tbody tr, tfoot tr")
    found = {}
    for row in rows.all():
        kind = row.locator("th").evaluate("th => th.firstChild.textContent").strip()
        _budget, spent, ordered, left = row.locator("td").all_inner_texts()
        sign = -1 if "tekort" in left else 1
        found[kind] = amount(spent), amount(ordered), sign * amount(left)
    return found


def published(desk, slug):
    """{part: (value, over how many)} of the newest published figure, as text."""
    desk.go(f"/monitor/{slug}/")
    return parts(desk)


def parts(desk):
    """The numbers on the page of a published figure; a small one by the words that are shown."""
    found = {}
    for row in desk.page.locator("table").first.locator("tbody tr").all():
        part = row.locator("th").inner_text().strip()
        found[part] = tuple(
            text.split("\n")[0].strip() for text in row.locator("td").all_inner_texts()[:2]
        )
    return found
