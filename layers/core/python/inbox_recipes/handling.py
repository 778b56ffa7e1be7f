"""Who took care of a contact: what smart assignment looks back at (A6). Pure.

Whatever writes the inbox, the acts are found in its transaction and kept with it, under the contact: all
its profiles count, and looking back needs one small query.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from inbox_recipes.inbox import Assignment, Case, Frozen, Mention, Object, Time
from inbox_recipes.ports import Transaction, Write

DAYS_KEPT = 8
"""Longer than the longest window that anybody looks back over."""

MOST_CONTACTS = 20
"""Contacts whose acts are kept of one transaction: it has a hundred places for everything."""

MOST_READ = 200
"""The latest acts for a contact that are looked at."""

Did = Literal["replied", "resolved", "was assigned"]


class Hand(Frozen):
    """A user or a team, and what makes them somebody who handled the contact."""

    kind: Literal["user", "team"]
    id: str
    did: Did


class Handled(Frozen):
    """One time that a contact was taken care of, on a mention or a case, which came to that revision."""

    at: Time
    about: Object
    item_id: str
    revision: int
    hands: tuple[Hand, ...]

    @property
    def order(self) -> tuple[Any, ...]:
        """What acts are sorted by."""
        return (self.at, self.about, self.item_id, self.revision)


def acts(transaction: Transaction) -> dict[str, Handled]:
    """By contact: who handled it in this transaction.

    An agent who replies or resolves, and the teams that have the item; users and teams that are given an
    item, by whomever. What recipes do otherwise does not count (A6). Where several items of a contact
    change together, the act is told of the first.
    """
    found: dict[str, Handled] = {}
    for write in transaction.writes:
        hands = tuple(_hands(write, transaction))
        for contact_id in contacts_of(write.after) if hands else ():
            known = found.setdefault(contact_id, _act(write.after, hands, transaction))
            together = dict.fromkeys((*known.hands, *hands))
            found[contact_id] = known.model_copy(update={"hands": tuple(together)})
    return dict(islice(found.items(), MOST_CONTACTS))


def contacts_of(item: Mention | Case) -> tuple[str, ...]:
    """Whose message it is, or everybody whose case it is."""
    if isinstance(item, Case):
        return item.contact_ids
    return (item.contact_id,) if item.contact_id else ()


def _act(item: Mention | Case, hands: tuple[Hand, ...], transaction: Transaction) -> Handled:
    return Handled(
        at=transaction.at,
        about="case" if isinstance(item, Case) else "mention",
        item_id=item.id if isinstance(item, Case) else item.unique_id,
        revision=item.revision,
        hands=hands,
    )


def _hands(write: Write, transaction: Transaction) -> Iterator[Hand]:
    before = write.before.assignment if write.before else Assignment()
    after = write.after.assignment
    did = _did(write) if transaction.actor.kind == "agent" else None
    if did:
        yield Hand(kind="user", id=transaction.actor.id, did=did)
        yield from (Hand(kind="team", id=team, did=did) for team in after.teams)
    for user in after.users:
        if user not in before.users:
            yield Hand(kind="user", id=user, did="was assigned")
    for team in after.teams:
        if team not in before.teams:
            yield Hand(kind="team", id=team, did="was assigned")


def _did(write: Write) -> Did | None:
    before, after = write.before, write.after
    if isinstance(after, Mention) and after.status == "sent":
        # The platform may have been faster to tell of it than we to write down who had said it.
        ours = isinstance(before, Mention) and (before.delivery, after.delivery) == (None, "sent")
        return "replied" if before is None or ours else None
    over = "resolved" if isinstance(after, Case) else "done"
    return "resolved" if before is not None and after.status == over != before.status else None
