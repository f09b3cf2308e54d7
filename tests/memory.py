"""A table in memory: it carries out transactions as DynamoDB does, and lets a test act before each read and write."""

from collections.abc import Callable, Sequence

from dossiers.domain.deadline import NEVER, Deadline
from dossiers.storage.items import ABSENT, Item, Key, Put, Write
from dossiers.storage.table import Cancelled

MAX_WRITES = 100
"""Items that one TransactWriteItems takes.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""


class MemoryTable:
    """Stands in for Table: `get` and `write`. It knows the conditions that writes of dossiers have."""

    def __init__(self, deadline: Deadline = NEVER) -> None:
        self.items: dict[Key, Item] = {}
        self.deadline = deadline
        self.read: list[Key] = []
        self.tokens: list[str | None] = []
        self.before_write: list[Callable[[], None]] = []
        """What happens before the next writes, one for each."""

    def get(self, key: Key) -> Item | None:
        self.read.append(key)
        return self.items.get(key)

    def write(self, writes: Sequence[Write], token: str | None = None) -> None:
        self.tokens.append(token)
        if self.before_write:
            self.before_write.pop(0)()
        keys = [write.key for write in writes]
        assert len(keys) == len(set(keys)) <= MAX_WRITES
        failed = {write.key: self.items.get(write.key, {}) for write in writes if not self._holds(write)}
        if failed:
            raise Cancelled(failed, None)
        for write in writes:
            if isinstance(write, Put):
                self.items[write.key] = write.item
            else:
                self.items.pop(write.key, None)

    def _holds(self, write: Write) -> bool:
        stored, condition = self.items.get(write.key, {}), write.condition
        if condition is None:
            return True
        if condition == ABSENT:
            return not stored
        name = "version" if "version" in condition.expression else "index_keys"
        if condition.values:
            assert condition.expression == f"{name} = :{name}"
            return stored.get(name) == condition.values[f":{name}"]
        assert condition.expression == f"attribute_exists(pk) AND attribute_not_exists({name})"
        return bool(stored) and name not in stored
