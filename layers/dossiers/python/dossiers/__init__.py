"""Patient dossiers: who may see which, found by the words of a name or by the EPD's own identifier, created exactly
once.

A request's way: functions/ -> http -> listing, creating (the use cases) -> access -> table -> items -> names, rows.
"""

from dossiers import start

start.begin()
