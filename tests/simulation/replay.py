"""The histories alone must tell how every case and mention came to be what it is."""

from dataclasses import dataclass, field
from typing import Any

from inbox_recipes.history import HistoryEntry
from inbox_recipes.inbox import Case, Mention
from tests.simulation.judgement import Judgement
from tests.simulation.world import Simulated


@dataclass
class Told:
    """An item as its history tells it."""

    status: str = ""
    tags: list[str] = field(default_factory=list)
    priority: str | None = None
    customer_messages: int = 0

    def hear(self, entry: HistoryEntry) -> None:
        """Take in one more line."""
        detail: dict[str, Any] = entry.detail
        match entry.type:
            case "case_created":
                self.status = "unresolved"
            case "arrived":
                self.status = "sent" if entry.by.kind == "agent" else "new"
            case "mention_added":
                self.customer_messages += not detail["outgoing"]
            case "status_changed" | "set_case_status" | "resolve":
                self.status = detail["status"]
            case "add_tags":
                self.tags += detail["added"]
            case "remove_tags":
                self.tags = [tag for tag in self.tags if tag not in detail["removed"]]
            case "edit":
                self.priority = detail["value"]


def judge_replay(sim: Simulated, found: Judgement) -> None:
    """Hear every line that was written, in order, and compare."""
    store = sim.world.store
    told: dict[tuple[str, str], Told] = {}
    for transaction in store.journal:
        for line in transaction.lines:
            if line.entry.outcome == "done":
                told.setdefault((line.log, line.item_id), Told()).hear(line.entry)
    for case in store.cases.values():
        _compare(case, told.get(("case", case.id), Told()), found)
        open_mentions = [key for key in store.links.get(case.id, ()) if store.mentions[key].status == "new"]
        if case.status == "resolved" and open_mentions:
            found.lost.append(f"{case.id} was resolved without its mentions {open_mentions}")
    for mention in store.mentions.values():
        _compare(mention, told.get(("mention", mention.unique_id), Told()), found)


def _compare(item: Case | Mention, told: Told, found: Judgement) -> None:
    of_case = isinstance(item, Case)
    present = (item.status, list(item.tags), *((item.priority, item.fence) if isinstance(item, Case) else ()))
    status = "done" if told.status == "resolved" and not of_case else told.status
    heard = (status, told.tags, *((told.priority, told.customer_messages) if of_case else ()))
    if present != heard:
        found.unexpected.append(f"{item} is {present}; its history tells of {heard}"[:600])
