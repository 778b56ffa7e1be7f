"""Who takes an item: reads what `assigning` decides from."""

from datetime import datetime
from itertools import chain

from inbox_recipes.assigning import Workforce, followed, given, listed
from inbox_recipes.effects import Change, FollowUp, Give, Nothing
from inbox_recipes.people import Availability
from inbox_recipes.ports import Ports


def settled(effect: Give | FollowUp, ports: Ports, now: datetime) -> Change | Nothing:
    """The assignment that it comes to, or why nobody gets the item."""
    if isinstance(effect, FollowUp):
        contact_id = effect.item.contact_id or ""
        acts = ports.ledger.handled(contact_id, effect.until - effect.window, effect.until)
        hands = list(chain.from_iterable(act.hands for act in acts))
        return followed(effect, _workforce([hand.id for hand in hands if hand.kind == "user"], ports), acts)
    workforce = _workforce(effect.users, ports)
    turns = ports.inbox.turns(listed(effect.users, effect.teams)) if effect.mode == "one" else {}
    return given(effect, workforce, turns, now)
