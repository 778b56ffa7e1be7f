"""Notifications: what is counted for them, where each stands, and who gets one (A7). Pure.

Every arrival that a `notify` action counts is `Counted`, an item of its own, so that arrivals never wait for
each other. The action's `Tray` says what is being sent; only one message at a time works on it.
"""

from collections.abc import Sequence
from datetime import timedelta

from inbox_recipes import ids
from inbox_recipes.history import Outcome
from inbox_recipes.inbox import Frozen, Object, Time
from inbox_recipes.people import Channel, Id

LISTED = 50
"""Items that a notification tells of one by one; of the rest it says how many they are."""

RETRY_MINUTES = (1, 2, 4, 8, 16)
"""Pauses before recipients are tried again whom the service had no capacity for."""

NAMED = 10
"""Recipients that a line of history names one by one; of more it says how many they are."""

MOST_RECIPIENTS = 100
"""People and devices that one notification goes to."""


class Counted(Frozen):
    """A mention or case that waits for the next notification of an action, and the run that counted it."""

    recipe_id: str
    position: int
    log: Object
    item_id: str
    run_id: str
    at: Time


class Recipient(Frozen):
    """Somebody by one channel: an e-mail address, or an endpoint of a device.

    `outcome` is nothing until it is over; `begun` marks that a sending was begun whose end is not known yet.
    `to` is nothing for who cannot be reached, which `reason` tells.
    """

    user_id: Id
    name: str
    channel: Channel
    to: str | None = None
    timezone: str = "UTC"
    begun: bool = False
    attempts: int = 0
    outcome: Outcome | None = None
    reason: str | None = None


class Digest(Frozen):
    """One notification: how many items are in it, those that it lists, and who gets it.

    It is complete when everything that belongs in it was taken; until then nothing is sent. Whoever the
    service had no capacity for is tried again at `retry_at`.
    """

    id: str
    begun_at: Time
    mentions: int = 0
    cases: int = 0
    listed: tuple[Counted, ...] = ()
    complete: bool = False
    recipients: tuple[Recipient, ...] = ()
    retry_at: Time | None = None

    @property
    def count(self) -> int:
        """How many items are in it."""
        return self.mentions + self.cases

    def taking(self, found: Sequence[Counted]) -> "Digest":
        """The digest with these items too."""
        cases = sum(each.log == "case" for each in found)
        return self.model_copy(
            update={
                "mentions": self.mentions + len(found) - cases,
                "cases": self.cases + cases,
                "listed": (*self.listed, *found)[:LISTED],
            }
        )

    def told(self, index: int, **changed: object) -> "Digest":
        """The digest with one recipient further on."""
        recipients = list(self.recipients)
        recipients[index] = recipients[index].model_copy(update=changed)
        return self.model_copy(update={"recipients": tuple(recipients)})


class Tray(Frozen):
    """Where the notifications of one action stand: the action at `position` of a recipe.

    `last_sent` is when the last one was begun, `armed_for` the moment for which a schedule was made last.
    """

    recipe_id: str
    position: int
    last_sent: Time | None = None
    armed_for: Time | None = None
    digest: Digest | None = None
    revision: int = 0

    def next(self, **changed: object) -> "Tray":
        """The tray at its next revision."""
        return self.model_copy(update={**changed, "revision": self.revision + 1})

    def due(self, interval_minutes: int) -> Time | None:
        """The earliest moment of the next notification; nothing when it may be now."""
        return self.last_sent and self.last_sent + timedelta(minutes=interval_minutes)

    def begun(self, at: Time) -> "Tray":
        """The tray with a new, empty digest. Its id comes from the revision, so a repeat makes the same."""
        digest_id = f"ntf_{ids.digest(self.recipe_id, self.position, self.revision)}"
        return self.next(digest=Digest(id=digest_id, begun_at=at))


def summary(recipients: Sequence[Recipient]) -> tuple[Outcome, str]:
    """What became of a notification as a whole, and in words who got it and who did not, and why."""
    outcomes = [each.outcome for each in recipients]
    order: tuple[Outcome, ...] = ("done", "unknown", "failed", "skipped")
    overall = next((outcome for outcome in order if outcome in outcomes), order[-1])
    alike: dict[tuple[str, Outcome | None, str | None], list[str]] = {}
    for each in recipients:
        alike.setdefault((each.channel, each.outcome, each.reason), []).append(each.name)
    named = [
        _words(*told, name)
        for told, names in alike.items()
        for name in (names if len(recipients) <= NAMED else [f"{len(names)} recipients"])
    ]
    return overall, "; ".join(named) or "nobody is left to be told"


def _words(channel: str, outcome: Outcome | None, reason: str | None, to: str) -> str:
    way = "e-mail" if channel == "email" else "push"
    if outcome == "done":
        return f"{way} to {to}"
    return f"{'perhaps' if outcome == 'unknown' else 'no'} {way} to {to}: {reason}"
