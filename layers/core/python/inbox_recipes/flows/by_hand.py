"""What everything that agents do has in common: who acts and when, what is read, and how it is told.

The same items, transaction and history as for recipes, with the agent as the actor and no recipe in the
chain, so that recipes may follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inbox_recipes.durations import BusinessTime
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.history import Line, line_outside_runs
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, LastAction, Mention, Object
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, RuleBooks

TRIES = 8
"""How often something that overwrites nobody is tried again when others change the same item."""


@dataclass(frozen=True)
class Agent:
    """A person, or a program in a person's place, who acts at a moment."""

    actor: Actor
    inbox: Inbox
    books: RuleBooks
    now: datetime

    def mention(self, unique_id: str) -> Mention:
        """A mention. Raises NotFound."""
        found = self.inbox.mentions([unique_id]).get(unique_id)
        if found is None:
            raise NotFound("mention", unique_id)
        return found

    def case(self, case_id: str) -> Case:
        """A case. Raises NotFound."""
        found = self.inbox.cases([case_id]).get(case_id)
        if found is None:
            raise NotFound("case", case_id)
        return found

    def hours_of(self, topic_id: str) -> BusinessTime | None:
        """The business hours that items of a topic are measured by."""
        return self.books.current().business_time(topic_id)

    def did(self, kind: str) -> LastAction:
        """What was last done to an item, where this agent did it now."""
        return LastAction(type=kind, by=self.actor.kind, by_id=self.actor.id, at=self.now)

    def line(self, item: Mention | Case, kind: str, detail: dict[str, Any], index: int = 0) -> Line:
        """A line in the item's own history; several of one change are told apart by `index`."""
        item_id = item.id if isinstance(item, Case) else item.unique_id
        place = f"{digest(self.actor.id, item_id, item.revision)}#{index}"
        log: Object = "case" if isinstance(item, Case) else "mention"
        return line_outside_runs(log, item_id, place, kind, self.actor, detail, self.now)


def tried_again[T](change: Callable[[], T]) -> T:
    """Do what reads and writes, again when somebody else wrote in between."""
    for _ in range(TRIES - 1):
        try:
            return change()
        except Stale:
            continue
    return change()
