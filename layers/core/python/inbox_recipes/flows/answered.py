"""Whether agents have answered a contact, whatever id that was known by (A9; domain 1.5)."""

from datetime import datetime

from inbox_recipes.outbox import Mark
from inbox_recipes.ports import Ports
from inbox_recipes.reply_guards import LONGEST, agent_answered

ANSWERED = "an agent has answered meanwhile"
DRAFTED = f"{ANSWERED}: saved as a draft"


def marks_of(contact_id: str | None, since: datetime, ports: Ports) -> list[Mark]:
    """What was written to a contact since then, under any of its ids."""
    return [mark for each in _ids(contact_id, ports) for mark in ports.outbox.marks(each, since)]


def answered_since(contact_id: str | None, since: datetime, ports: Ports, now: datetime) -> bool:
    """Whether an agent has answered the contact since then, here or on the platform.

    What was written here to be sent at once counts from when it was written; so its arrival, and the
    platform's telling of it, say nothing more. What an agent kept as a draft counts when it arrives.
    """
    if contact_id is None:
        return False
    marks = marks_of(contact_id, since - LONGEST, ports)
    if agent_answered(marks, since):
        return True
    acts = ports.ledger.handled(_ids(contact_id, ports), since, now)
    answers = {act.item_id for act in acts if any(hand.did == "replied" for hand in act.hands)}
    if not answers:
        return False
    known = (ports.outbox.get(mark.item_id) for mark in marks if mark.automatic or mark.mode == "immediate")
    return bool(answers - {each.sent_as for each in known if each})


def _ids(contact_id: str | None, ports: Ports) -> tuple[str, ...]:
    if contact_id is None:
        return ()
    contact = ports.inbox.contacts([contact_id]).get(contact_id)
    return tuple(dict.fromkeys((contact_id, *(contact.ids if contact else ()))))
