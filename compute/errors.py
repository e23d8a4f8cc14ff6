"""The one exception a user may see: a clear line, and exit code 2."""


class BadInputError(Exception):
    """Something the user gave cannot be used.

    The message is one line that names the file or option, what is wrong, and what to do.
    """
