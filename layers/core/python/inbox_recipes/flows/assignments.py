"""Who takes an item: reads what `assigning` decides from."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from inbox_recipes.assigning import Workforce, followed, given, listed
from inbox_recipes.effects import Change, FollowUp, Give, Nothing
from inbox_recipes.handling import contacts_of
from inbox_recipes.ports import Ports
from inbox_recipes.rule_book import RuleBook


def settled(effect: Give | FollowUp, ports: Ports, book: RuleBook, now: datetime) -> Change | Nothing:
    """The assignment that it comes to, or why nobody gets the item."""
    if isinstance(effect, FollowUp):
        who = _known_by(contacts_of(effect.item), ports)
        acts = ports.ledger.handled(who, effect.since, now)
        users = {hand.id for act in acts for hand in act.hands if hand.kind == "user"}
        return followed(effect, _workforce(users, ports, book), acts, now)
    workforce = _workforce(effect.users, ports, book)
    turns = ports.inbox.turns(listed(effect.users, effect.teams)) if effect.mode == "one" else {}
    return given(effect, workforce, turns, now)


def _known_by(contact_ids: Sequence[str], ports: Ports) -> set[str]:
    """Every id that these people were ever known by: contacts are merged (domain 1.5)."""
    contacts = ports.inbox.contacts(contact_ids)
    return {*contact_ids, *(each for contact in contacts.values() for each in contact.ids)}


def _workforce(users: Iterable[str], ports: Ports, book: RuleBook) -> Workforce:
    return Workforce(users=book.users, teams=book.teams, availability=ports.availabilities.of(users))
