"""The commands, one module for each group: their arguments, options and help.

A module here imports what a command runs when the command runs. So each command loads only what it needs.
"""
