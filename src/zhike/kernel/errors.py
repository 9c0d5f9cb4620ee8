"""Errors that are the user's to mend: each carries one sentence in the reader's language, never a stack trace."""

from collections.abc import Callable


class Refused(Exception):
    """A request that cannot be carried out as it stands.

    The message is one translated sentence: what was wrong, what was expected, what to do.
    Doors show it as it is (page: 422 with the form, API: problem+json, command line: stderr and exit code 1).
    """

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotFound(Refused):
    """Nothing there, or nothing this person may see: the two look the same on purpose."""

    status = 404


class Denied(Refused):
    """The person may see the record, but not do this to it."""

    status = 403


class Conflict(Refused):
    """Somebody else got there first: the record is not as the request supposes."""

    status = 409


class Fault(ValueError):
    """What is wrong with a value that somebody wrote, such as a line of a playbook; whoever shows it translates it.

    `message` is an English message id with %(name)s places for the words.
    """

    def __init__(self, message: str, **words: object) -> None:
        self.message = message
        self.words = words
        super().__init__(message % words)

    def sentence(self, gettext: Callable[[str], str]) -> str:
        """The fault in the reader's language."""
        return gettext(self.message) % self.words


def gettext_noop(message: str) -> str:
    """Mark a text for translation where it stands; whoever shows it translates it."""
    return message
