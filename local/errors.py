"""The error that the command line shows to a person."""


class UserError(Exception):
    """An error that the user can correct. Its text is one line: what is wrong and, where possible, what to do."""
