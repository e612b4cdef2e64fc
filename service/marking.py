"""Constants marked for the catalogue, which are translated where they are shown.

Apart from `service.messages`, so that what runs without the web can mark its words.
"""


def marked(message: str) -> str:
    """The message itself: marks a constant for the catalogue that is translated when it is shown."""
    return message


def marked_plural(one: str, many: str) -> tuple[str, str]:
    """Both forms of a message that depends on a number, marked in the same way."""
    return one, many
