"""Erasing a contact: asked for, then done step by step, each step a message that may come twice (R20).

What is asked for is written down. Then the contact and its profiles are taken away in one transaction, so
that from then on nothing new is theirs, and the steps follow (`erase_steps`). After a day, when the table's
stream has forgotten too, all of it is looked through once more.
"""

from datetime import datetime, timedelta

from inbox_recipes.erasures import Erasure
from inbox_recipes.errors import NotFound, Stale
from inbox_recipes.flows.erase_items import Erasing
from inbox_recipes.flows.erase_steps import STEPS
from inbox_recipes.inbox import Contact
from inbox_recipes.messages import EraseMessage
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, RunQueue
from inbox_recipes.ports.personal_data import PersonalData

TRIES = 8
SECOND_LOOK = timedelta(hours=25)
"""The table's stream keeps a change for a day; what it brings back late is found then."""


def ask(
    contact_id: str, by: Actor, inbox: Inbox, personal_data: PersonalData, queue: RunQueue, now: datetime
) -> Erasure:
    """Have a contact erased. Asked again, it goes on where it is; raises NotFound for whom nobody knows."""
    contact = inbox.contacts([contact_id]).get(contact_id)
    if contact is None:
        erasure = erasure_of(contact_id, personal_data)
    else:
        erasure = _cut_off(contact, by, inbox, personal_data, now)
    if erasure.state == "running":
        queue.send([EraseMessage(contact_id=erasure.contact_id, asked_at=erasure.asked_at)])
    return erasure


def erasure_of(contact_id: str, personal_data: PersonalData) -> Erasure:
    """How far the erasing of a contact is. Raises NotFound."""
    erasure = personal_data.erasure(contact_id)
    if erasure is None:
        raise NotFound("contact", contact_id)
    return erasure


def go_on(message: EraseMessage, work: Erasing, now: datetime) -> None:
    """Do one step, and have the next one come. A step that comes again finds done what is done."""
    erasure = work.personal_data.erasure(message.contact_id)
    if erasure is None or erasure.asked_at != message.asked_at:
        return
    names = tuple(STEPS)
    erasure, cursor = STEPS[message.step](erasure, message.cursor, work, now)
    following = names[names.index(message.step) + 1 :]
    if cursor is not None:
        work.queue.send([message.model_copy(update={"cursor": cursor})])
    elif following:
        work.queue.send([message.model_copy(update={"step": following[0], "cursor": None})])
    elif message.look == 1:
        again = EraseMessage(contact_id=message.contact_id, asked_at=message.asked_at, look=2)
        work.timers.arm(erasure.asked_at + SECOND_LOOK, again, again.group)
        work.save(erasure, state="done", done_at=now, profiles=())
    else:
        work.save(erasure, looked_again_at=now)


def _cut_off(
    contact: Contact, by: Actor, inbox: Inbox, personal_data: PersonalData, now: datetime
) -> Erasure:
    for attempt in range(TRIES):
        known = personal_data.erasure(contact.id)
        asked = Erasure(
            contact_id=contact.id,
            contact_ids=contact.ids,
            profiles=contact.socialprofiles,
            by=by,
            asked_at=now,
            earliest=contact.date.added if contact.date else None,
            revision=known.revision + 1 if known else 1,
        )
        profiles = inbox.profiles((each.service, each.id) for each in contact.socialprofiles)
        try:
            personal_data.save_erasure(known, asked)
            personal_data.forget(contact, list(profiles.values()))
        except Stale:
            found = inbox.contacts([contact.id]).get(contact.id)
            if attempt == TRIES - 1 or found is None:
                raise
            contact = found
            continue
        return asked
    raise AssertionError("unreachable: the last try either returns or raises")
