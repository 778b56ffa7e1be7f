"""Who takes an item: reads what `assigning` decides from."""

from collections.abc import Iterable
from datetime import datetime

from inbox_recipes.assigning import Workforce, followed, given, listed
from inbox_recipes.effects import Change, FollowUp, Give, Nothing
from inbox_recipes.ports import Ports


def settled(effect: Give | FollowUp, ports: Ports, now: datetime) -> Change | Nothing:
    """The assignment that it comes to, or why nobody gets the item."""
    if isinstance(effect, FollowUp):
        contact_id = effect.item.contact_id or ""
        acts = ports.ledger.handled(contact_id, effect.until - effect.window, effect.until)
        users = {hand.id for act in acts for hand in act.hands if hand.kind == "user"}
        return followed(effect, _workforce(users, ports), acts)
    workforce = _workforce(effect.users, ports)
    turns = ports.inbox.turns(listed(effect.users, effect.teams)) if effect.mode == "one" else {}
    return given(effect, workforce, turns, now)


def _workforce(users: Iterable[str], ports: Ports) -> Workforce:
    book = ports.rule_books.current()
    return Workforce(users=book.users, teams=book.teams, availability=ports.availabilities.of(users))
