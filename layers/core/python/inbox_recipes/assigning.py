"""Who is to have an item: everybody listed, whose turn it is, or who knows the customer (A3, A6). Pure.

What is read for it (who takes new work, when somebody last had a turn, who handled a contact) is passed
in; `flows.assignments` reads it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inbox_recipes.clock import stamp, to_millisecond
from inbox_recipes.effects import Change, Edit, FollowUp, Give, Nothing
from inbox_recipes.handling import Hand, Handled, contacts_of
from inbox_recipes.inbox import Assignment, Case, Mention
from inbox_recipes.people import Availability, Team, User, no_new_work
from inbox_recipes.turns import Assignee, Turn


@dataclass(frozen=True)
class Workforce:
    """Who there is, and what users say about taking new work."""

    users: Mapping[str, User] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    availability: Mapping[str, Availability] = field(default_factory=dict)

    def why_not(self, who: Assignee) -> str | None:
        """Why somebody cannot be chosen for new work (A3, A6). A team always can: its work waits for it."""
        if who.id not in (self.users if who.kind == "user" else self.teams):
            return "not in the directory"
        if who.kind == "team":
            return None
        return no_new_work(self.users[who.id], self.availability.get(who.id))


def listed(users: Iterable[str], teams: Iterable[str]) -> tuple[Assignee, ...]:
    """Users and then teams, each once, as a recipe names them."""
    named = [*(Assignee("user", each) for each in users), *(Assignee("team", each) for each in teams)]
    return tuple(dict.fromkeys(named))


def given(
    give: Give, workforce: Workforce, turns: Mapping[Assignee, datetime], now: datetime
) -> Change | Nothing:
    """Those whom an item goes to: all that are listed, or the one who has waited longest for a turn (A3)."""
    everybody = listed(give.users, give.teams)
    against = {who: why for who in everybody if (why := workforce.why_not(who))}
    if give.mode == "all":
        # Being busy keeps nobody from what a recipe gives to everybody; being gone does.
        gone = {who: why for who, why in against.items() if why not in ("busy", "unavailable")}
        return _assigned(give.item, [who for who in everybody if who not in gone], gone)
    able = [who for who in everybody if who not in against]
    if not able:
        return _nobody(against)
    chosen = min(able, key=lambda who: (who in turns, turns.get(who, now)))
    assigned = _assigned(give.item, [chosen], against, mode="one")
    if isinstance(assigned, Nothing):
        return assigned
    # Later than all turns of the list, whatever the clocks of different functions say.
    latest = max((turns[who] for who in everybody if who in turns), default=now - timedelta(days=1))
    at = max(to_millisecond(now), latest + timedelta(milliseconds=1))
    turn = Turn(kind=chosen.kind, id=chosen.id, at=at)
    before = Turn(kind=chosen.kind, id=chosen.id, at=turns[chosen]) if chosen in turns else None
    return Change(assigned.edits, turn=(before, turn))


def followed(
    follow: FollowUp, workforce: Workforce, handled: Sequence[Handled], now: datetime
) -> Change | Nothing:
    """The agent who last handled the contact within the window, else the team that did (A6).

    The window begins so long before the arrival and ends now: of several messages in one breath the
    later ones follow the first (row 32). `handled` is newest first and may hold more than the window.
    Nobody: the item stays as it is.
    """
    seen: dict[Assignee, tuple[Handled, Hand]] = {}
    for act in handled:
        if follow.since <= act.at <= now:
            for hand in act.hands:
                seen.setdefault(Assignee(hand.kind, hand.id), (act, hand))
    in_order = sorted(seen, key=lambda who: who.kind == "team")  # stable: the most recent first
    against = {who: why for who in in_order if (why := workforce.why_not(who))}
    chosen = next((who for who in in_order if who not in against), None)
    looked = {
        "within": follow.within,
        "since": stamp(follow.since),
        "until": stamp(now),
        "contacts": list(contacts_of(follow.item)),
        "handled_by": [_told(who, *seen[who], against.get(who)) for who in in_order],
    }
    if chosen is not None:
        return _assigned(follow.item, [chosen], {}, looked_at=looked)
    if against:
        they = ", ".join(f"{who.kind} {who.id} is {why}" for who, why in against.items())
        reason = f"nobody who handled this contact within {follow.within} before it came can take it: {they}"
    else:
        reason = f"nobody handled this contact within {follow.within} before it came"
    return Nothing(reason, {"looked_at": looked})


def _told(who: Assignee, act: Handled, hand: Hand, against: str | None) -> dict[str, Any]:
    told = {who.kind: who.id, "did": hand.did, act.about: act.item_id, "at": stamp(act.at)}
    return told if against is None else {**told, "passed_over": against}


def _nobody(against: Mapping[Assignee, str]) -> Nothing:
    they = ", ".join(f"{who.kind} {who.id} is {why}" for who, why in against.items())
    return Nothing(f"nobody listed can take it: {they}", {"passed_over": list(_passed_over(against))})


def _passed_over(against: Mapping[Assignee, str]) -> Iterator[dict[str, str]]:
    return ({who.kind: who.id, "because": why} for who, why in against.items())


def _assigned(
    item: Mention | Case, chosen: Sequence[Assignee], against: Mapping[Assignee, str], **detail: Any
) -> Change | Nothing:
    """Exactly the chosen become the assignees; both who has it and who had it are told (A31)."""
    if not chosen:
        return _nobody(against)
    users = tuple(who.id for who in chosen if who.kind == "user")
    teams = tuple(who.id for who in chosen if who.kind == "team")
    had = item.assignment
    if against:
        detail["passed_over"] = list(_passed_over(against))
    if set(had.users) == set(users) and set(had.teams) == set(teams):
        return Nothing("it is already assigned so", {**told(had), **detail})
    detail = {"users": list(users), "teams": list(teams), "previous": told(had), **detail}
    return Change((Edit(item, users=users, teams=teams, detail=detail),))


def told(assignment: Assignment) -> dict[str, list[str]]:
    """An assignment as histories tell it."""
    return {"users": list(assignment.users), "teams": list(assignment.teams)}
