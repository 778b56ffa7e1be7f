"""Sending one notification to each of its recipients: claim, send, confirm (class C, decision 6).

Neither SES nor SNS takes a key that would let it drop a repeat. So the tray says that a sending has begun
before it does, and what became of it afterwards. If a message finds one begun and not ended, nobody knows
whether it went out: it is closed as `unknown` and not sent again.
"""

from collections.abc import Iterator, Sequence

from inbox_recipes.clock import stamp
from inbox_recipes.digests import Letter, written
from inbox_recipes.errors import Permanent, Retryable, Unclear
from inbox_recipes.history import HistoryDate, HistoryEntry, Line, Outcome
from inbox_recipes.inbox import Case, Mention
from inbox_recipes.notifications import MOST_RECIPIENTS, Counted, Digest, Recipient, Tray, summary
from inbox_recipes.people import Actor, Channel, User
from inbox_recipes.ports import Ports
from inbox_recipes.recipes import Recipe

TRIES = 6
"""How often a recipient is tried whom the service had no capacity for."""


def people(
    users: Sequence[str], teams: Sequence[str], channels: Sequence[Channel], ports: Ports
) -> tuple[Recipient, ...]:
    """Who gets it: the listed users and the members of the listed teams, each once by each channel.

    Beside them stand those who do not, and why.
    """
    book = ports.rule_books.current()
    members = [key for key, user in book.users.items() if set(user.teams) & set(teams)]
    named = dict.fromkeys((*users, *members))
    known = [(key, book.users[key]) for key in named if key in book.users]
    found: list[Recipient] = []
    for key, user in known:
        schedule = book.schedules.get(user.schedule_id or "")
        timezone = schedule.timezone if schedule else book.account.timezone
        who = Recipient(user_id=key, name=user.name, channel="email", timezone=timezone)
        for channel in channels:
            found += _ways(who.model_copy(update={"channel": channel}), user, ports)
    return tuple(_bounded(found))


def _bounded(found: Sequence[Recipient]) -> Iterator[Recipient]:
    """The first hundred who can be told, and as many of the others at most, with the reason (R17)."""
    told, others = 0, 0
    for who in found:
        if who.outcome is None and told < MOST_RECIPIENTS:
            told += 1
            yield who
        elif others < MOST_RECIPIENTS:
            others += 1
            too_many = f"a notification goes to {MOST_RECIPIENTS} at most"
            yield who if who.outcome else _skipped(who, too_many)


def _ways(who: Recipient, user: User, ports: Ports) -> Iterator[Recipient]:
    """The person by one channel: the address, or each of the devices; or why there is no way."""
    if user.disabled:
        yield _skipped(who, "the user is disabled")
    elif who.channel == "email":
        reason = ports.mail.refusal() or (None if user.email else "no e-mail address")
        yield _skipped(who, reason) if reason else who.model_copy(update={"to": user.email})
    else:
        devices = ports.devices.of(who.user_id)
        for device in devices:
            yield who.model_copy(update={"to": device.endpoint})
        if not devices:
            yield _skipped(who, "no device is registered")


def _skipped(who: Recipient, reason: str) -> Recipient:
    return who.model_copy(update={"outcome": "skipped", "reason": reason})


def send(tray: Tray, recipe: Recipe, ports: Ports) -> tuple[Tray, int]:
    """Send the tray's complete notification to everybody who has not had it.

    Gives the tray, free again when everything is over; or how often those were tried who must be tried again.
    """
    digest = tray.digest
    if digest is None:
        return tray, 0
    items = _items(digest, ports)
    letters: dict[str, Letter] = {}
    for index, who in enumerate(digest.recipients):
        if who.outcome is not None:
            continue
        if who.begun:
            lost = {"outcome": "unknown", "reason": "the sending was interrupted", "begun": False}
            tray = _told(tray, index, ports, **lost)
            continue
        if who.timezone not in letters:
            letters[who.timezone] = written(recipe.name, digest, items, who.timezone, ports.inbox_url)
        tray = _told(tray, index, ports, begun=True, attempts=who.attempts + 1)
        tray = _told(tray, index, ports, begun=False, **sent(who, letters[who.timezone], ports))
    waiting = [who.attempts for who in tray.digest.recipients if who.outcome is None] if tray.digest else []
    return (tray, min(waiting)) if waiting else (_close(tray, recipe, ports), 0)


def give_up(tray: Tray, reason: str, ports: Ports) -> None:
    """End a notification that must not go on, for whoever has not had it."""
    if tray.digest is None:
        return
    for index, who in enumerate(tray.digest.recipients):
        if who.outcome is None:
            outcome = "unknown" if who.begun else "skipped"
            tray = _told(tray, index, ports, outcome=outcome, reason=reason, begun=False)
    _close(tray, None, ports, reason)


def _told(tray: Tray, index: int, ports: Ports, **changed: object) -> Tray:
    digest = tray.digest and tray.digest.told(index, **changed)
    after = tray.next(digest=digest)
    ports.notifications.put(after)
    return after


def sent(who: Recipient, letter: Letter, ports: Ports) -> dict[str, object]:
    """Send to one recipient, and what became of it."""
    try:
        if who.channel == "email":
            ports.mail.send(who.to or "", letter)
        else:
            ports.push.send(who.to or "", letter)
    except Permanent as error:
        return {"outcome": "failed", "reason": str(error)}
    except Unclear as error:
        return {"outcome": "unknown", "reason": str(error)}
    except Retryable as error:
        over: dict[str, object] = {
            "outcome": "failed",
            "reason": f"{error}; given up after {TRIES} attempts",
        }
        return over if who.attempts + 1 >= TRIES else {}
    return {"outcome": "done", "reason": None}


def _items(digest: Digest, ports: Ports) -> list[Mention | Case]:
    """The listed items as they are now, in the order in which they were counted."""
    mentions = ports.inbox.mentions([each.item_id for each in digest.listed if each.log == "mention"])
    cases = ports.inbox.cases([each.item_id for each in digest.listed if each.log == "case"])
    known: dict[tuple[str, str], Mention | Case] = {
        ("mention", key): value for key, value in mentions.items()
    }
    known |= {("case", key): value for key, value in cases.items()}
    keys = [(each.log, each.item_id) for each in digest.listed]
    return [known[key] for key in keys if key in known]


def _close(tray: Tray, recipe: Recipe | None, ports: Ports, reason: str | None = None) -> Tray:
    """Tell in the history of each listed item what became of the notification; then the tray is free."""
    digest = tray.digest
    if digest is None:
        return tray
    outcome, words = summary(digest.recipients)
    if not digest.recipients:
        words = reason or words
    detail = {
        "notification_id": digest.id,
        "items": digest.count,
        "recipients": [
            {"user": each.user_id, "channel": each.channel, "outcome": each.outcome, "reason": each.reason}
            for each in digest.recipients
        ],
    }
    lines = [_line(each, digest, tray, recipe, outcome, words, detail) for each in digest.listed]
    ports.ledger.add_lines(lines)
    free = tray.next(digest=None)
    ports.notifications.put(free)
    return free


def _line(
    counted: Counted, digest: Digest, tray: Tray, recipe: Recipe | None, outcome: Outcome,
    reason: str, detail: dict[str, object],
) -> Line:  # fmt: skip
    name, version = (recipe.name, recipe.version) if recipe else (None, None)
    entry = HistoryEntry(
        id=f"{stamp(digest.begun_at)}#{counted.run_id}#{tray.position:02d}#{digest.id}",
        type="notify",
        outcome=outcome,
        by=Actor(kind="recipe", id=tray.recipe_id, name=name, version=version),
        reason=reason,
        detail=detail,
        run_id=counted.run_id,
        position=tray.position,
        date=HistoryDate(added=digest.begun_at),
    )
    return Line(log=counted.log, item_id=counted.item_id, entry=entry)
