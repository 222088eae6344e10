"""What somebody at home reads when asked whether others may be present, as in a group."""

from django.utils.translation import pgettext


def others_words(is_pupil):
    """(title, intro, [(question, answer)]) to a parent (u) or to the pupil (je)."""
    if is_pupil:
        return (
            pgettext("to a pupil", "May you take part in a group?"),
            pgettext(
                "to a pupil",
                "%(provider)s has a group at %(school)s. In a group other pupils are there too."
                " You decide together.",
            ),
            [
                (
                    pgettext("to a pupil", "What happens?"),
                    pgettext("to a pupil", "You practise together with other pupils."),
                ),
                (
                    pgettext("to a pupil", "What do the others see?"),
                    pgettext(
                        "to a pupil", "They see that you are there. Not what you tell us alone."
                    ),
                ),
                (
                    pgettext("to a pupil", "What does the school see?"),
                    pgettext("to a pupil", "Your name and whether you were there."),
                ),
                (
                    pgettext("to a pupil", "Would you rather have help alone?"),
                    pgettext("to a pupil", "That is possible. Say it to us."),
                ),
            ],
        )
    return (
        pgettext("to a parent", "May %(child)s take part in a group?"),
        pgettext(
            "to a parent",
            "%(provider)s has a group at %(school)s. In a group other pupils are present at the"
            " help. You decide about that.",
        ),
        [
            (
                pgettext("to a parent", "What happens?"),
                pgettext("to a parent", "%(child)s practises together with other pupils."),
            ),
            (
                pgettext("to a parent", "What do the others see?"),
                pgettext("to a parent", "That %(child)s takes part. Not what you tell us."),
            ),
            (
                pgettext("to a parent", "What does the school see?"),
                pgettext("to a parent", "The name of %(child)s and whether %(child)s was there."),
            ),
            (
                pgettext("to a parent", "Do you want help without others?"),
                pgettext("to a parent", "That is possible. Ask %(provider)s about it."),
            ),
        ],
    )
