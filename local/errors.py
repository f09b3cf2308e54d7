"""The one kind of error that a person at the command line is shown."""


class UserError(Exception):
    """Something the user can put right. Its text is one line: what is wrong and, where it helps, what to do."""
