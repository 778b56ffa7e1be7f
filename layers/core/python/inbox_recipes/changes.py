"""A change of the inbox: an item before and after, who made it, and what led to it."""

from dataclasses import dataclass
from datetime import datetime

from inbox_recipes.inbox import Case, Mention
from inbox_recipes.people import Actor


@dataclass(frozen=True)
class Change:
    """One write of a mention or a case. `before` is nothing for a new one.

    `chain` names the recipes that led to it, first one first: empty when a person, a customer or a
    platform made the change. Its length is the hop count of R6.
    """

    before: Mention | Case | None
    after: Mention | Case
    at: datetime
    actor: Actor
    chain: tuple[str, ...]

    @property
    def entity(self) -> str:
        """`mention` or `case`."""
        return "case" if isinstance(self.after, Case) else "mention"

    @property
    def id(self) -> str:
        """The item's id."""
        return self.after.id if isinstance(self.after, Case) else self.after.unique_id
