"""What was sent comes into the inbox: as our message, in the case, with the platform's own id.

The platform tells of the same message too. Whichever comes second finds it there, so it is never there
twice (R2).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_recipes import ids
from inbox_recipes.arrivals import View, admit_ours
from inbox_recipes.case_life import IN_AGENTS_HANDS
from inbox_recipes.effects import Edit
from inbox_recipes.errors import Retryable, Stale
from inbox_recipes.flows.acting import TRIES, closed
from inbox_recipes.history import Line
from inbox_recipes.inbox import (
    Author,
    Case,
    IncomingMention,
    LastAction,
    Mention,
    Message,
    Published,
    Source,
)
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.outbox_lines import LINE_OF, OUTCOME_OF, standing_lines, survey_line
from inbox_recipes.people import Actor
from inbox_recipes.platforms.base import from_native_id, to_native_id
from inbox_recipes.ports import Inbox, Outbox, RuleBooks, Transaction, Write
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.runs import Claim
from inbox_recipes.surveys import given_up, kept

OUTBOX = Actor(kind="system", id="outbox", name="outbox")
NEVER_SENT = ("failed", "skipped", "rejected")


@dataclass(frozen=True)
class Recorder:
    """What writing down the end of a message works with."""

    inbox: Inbox
    outbox: Outbox
    rule_books: RuleBooks
    now: datetime

    def end(self, item: OutboxItem, **changed: object) -> OutboxItem:
        """Bring an item to how it stands now, with its lines and the claim of its run's action.

        Another one that works on it may have written in between: what is newer stays.
        """
        for _ in range(TRIES):
            current = self.outbox.get(item.id) or item
            if _moved_on(item, current):
                return current
            after = current.next(self.now, claimed=False, **changed)
            told = Transaction(
                actor=item.by,
                at=self.now,
                outbox=(current, after),
                lines=standing_lines(after, self.now),
                claim=claim_of(current, after),
            )
            with suppress(Stale):
                self.inbox.commit(with_survey(after, told, self.inbox))
                return after
        raise Retryable(f"the end of the message {item.id} could not be written; trying again")

    def sent(self, item: OutboxItem, native_id: str, lines: Sequence[Line] | None = None) -> OutboxItem:
        """Write down that the item has reached the platform, where it has that id.

        `lines` are said instead of the usual ones.
        """
        for _ in range(TRIES):
            current = self.outbox.get(item.id) or item
            if _moved_on(item, current):
                return current
            with suppress(Stale):
                after, transaction = self._sent(current, native_id, lines)
                if self.inbox.commit(transaction) == "done":
                    return after
        raise Retryable(f"the end of the message {item.id} could not be written; trying again")

    def _sent(
        self, item: OutboxItem, native_id: str, lines: Sequence[Line] | None
    ) -> tuple[OutboxItem, Transaction]:
        profile = self.rule_books.current().profiles.get(item.profile)
        parent = self.inbox.mentions([item.unique_id]).get(item.unique_id)
        came = self._arrival(item, native_id, parent, profile) if parent and profile else None
        sent_as = ids.unique_id(parent.topic.id, native_id) if parent else native_id
        after = item.sent(self.now, native_id, sent_as)
        told = tuple(lines) if lines is not None else standing_lines(after, self.now)
        if came and any(
            isinstance(each.before, Mention) and each.before.id == native_id for each in came.writes
        ):
            told += tuple(
                line.model_copy(update={"item_id": sent_as}) for line in told if line.log == "mention"
            )
        whole = came or Transaction(actor=item.by, at=self.now)
        return after, replace(
            whole,
            chain=item.chain,
            outbox=(item, after),
            lines=(*whole.lines, *told),
            claim=claim_of(item, after),
        )

    def _arrival(
        self, item: OutboxItem, native_id: str, parent: Mention, profile: ConnectedProfile
    ) -> Transaction:
        """Our message as it comes in; of one that the platform was faster to tell of, what that left out."""
        ours = _message(item, native_id, parent, profile, self.now)
        known = self.inbox.mentions([ids.unique_id(ours.topic.id, native_id)])
        book = self.rule_books.current()
        author = [] if parent.case_id else [(parent.source.service, parent.author.id)]
        view = View(
            mentions={parent.unique_id: parent},
            cases=self.inbox.cases(parent.case_ids),
            profiles=self.inbox.profiles(author),
            cases_on=book.account.cases,
        )
        whole = admit_ours(ours, view, item.by, self.now, book.business_time)
        if not known:
            return replace(whole, writes=tuple(_marked(each, item) for each in whole.writes))
        [echo] = known.values()
        return self._left_out(item, whole, echo, parent, view)

    def _left_out(
        self, item: OutboxItem, whole: Transaction, echo: Mention, parent: Mention, view: View
    ) -> Transaction:
        """What the platform, which was faster, could not tell: that it is from here, and who said it."""
        did = LastAction(type="sent", by=item.by.kind, by_id=item.by.id, at=self.now)
        changed = {"delivery": "sent", "last_action": did, "revision": echo.revision + 1}
        buttons = {"buttons": item.buttons} if item.buttons else {}
        writes, lines = [Write(echo, echo.model_copy(update=changed | buttons))], whole.lines
        case = view.cases.get(item.case_id or "")
        means = _means_for(case, item) if case else {}
        if case is not None and any(getattr(case, name) != value for name, value in means.items()):
            writes.append(Write(case, Edit(case, put=means).after(did)))
        answered = echo.source.in_reply_to_message_id == parent.id
        writes += [each for each in whole.writes if each.before == parent and not answered]
        kept = tuple(line for line in lines if line.entry.type == "replied" and not answered)
        return replace(
            whole,
            writes=tuple(writes),
            lines=kept,
            profiles=() if answered else whole.profiles,
            seen=None if answered else whole.seen,
        )


def with_survey(item: OutboxItem, told: Transaction, inbox: Inbox) -> Transaction:
    """How a message stands; of a survey, also whether its case may have had it (A37).

    It has not when the message was given up, and may have from when somebody has it sent again.
    """
    if item.purpose is None or item.purpose.type != "survey" or item.state not in (*NEVER_SENT, "queued"):
        return told
    at = told.at if item.state in NEVER_SENT else None
    case = inbox.cases([item.case_id or ""]).get(item.case_id or "")
    survey = given_up(case, item.purpose.id, item.date.added, at) if case else None
    if case is None or survey is None:
        return told
    by, kind = (OUTBOX, "survey_not_sent") if at else (told.actor, "survey_asked")
    did = LastAction(type=kind, by=by.kind, by_id=by.id, at=told.at)
    edit = Edit(case, put={"feedback": case.feedback.having(survey)})
    return replace(
        told,
        actor=by,
        writes=(Write(case, edit.after(did)),),
        lines=(*told.lines, survey_line(item, kind, survey.kind, case, by, told.at)),
        surveys=kept(case, [survey]),
    )


def claim_of(before: OutboxItem, after: OutboxItem) -> tuple[str, Claim] | None:
    """The run's action is over when its message has come to its first end."""
    if not before.claimed or before.run_id is None or before.position is None:
        return None
    outcome = OUTCOME_OF[after.state]
    return before.run_id, closed(before.position, LINE_OF[before.kind], outcome, after.attempts)


def _moved_on(item: OutboxItem, current: OutboxItem) -> bool:
    """Whether somebody else has brought the item further than this attempt of it."""
    return current.attempts != item.attempts or current.state not in (item.state, "sending", "unknown")


def _message(
    item: OutboxItem, native_id: str, parent: Mention, profile: ConnectedProfile, now: datetime
) -> IncomingMention:
    """The message as the platform will tell of it: by the same author, with the same id."""
    private = parent.private if item.kind == "reply" else item.kind == "private"
    if item.service == "email":
        kind = "email"
    elif private:
        kind = "privatemessage"
    else:
        kind = "comment" if item.service == "facebook" else "reply"
    return IncomingMention(
        id=native_id,
        topic=parent.topic,
        project=parent.project,
        message=Message(content=item.text, type=kind),
        source=Source(
            service=item.service,
            id=native_id,
            in_reply_to_message_id=parent.id,
            profile=item.profile,
            recipient=parent.author.id if private else None,
        ),
        author=Author(id=to_native_id(from_native_id(profile.native_id)), name=profile.name, managed=True),
        private=private,
        buttons=item.buttons,
        date=Published(published=now),
    )


def _marked(write: Write, item: OutboxItem) -> Write:
    """What we have sent; and cases that an agent has answered in are in an agent's hands."""
    if isinstance(write.after, Case):
        kept: dict[str, object] = {}
        if item.automatic and isinstance(write.before, Case):  # what goes out by itself ends no flow
            kept = {"flow": write.before.flow, "handled_by": write.before.handled_by}
        return Write(write.before, write.after.model_copy(update=kept | _means_for(write.after, item)))
    sent = {"delivery": "sent"} if write.before is None else {}
    return Write(write.before, write.after.model_copy(update=sent))


def _means_for(case: Case, item: OutboxItem) -> dict[str, object]:
    """What changes of a case when the message is sent in it."""
    if item.by.kind == "agent":
        return IN_AGENTS_HANDS
    return _survey_sent(case, item)


def _survey_sent(case: Case, item: OutboxItem) -> dict[str, object]:
    """Since when a survey can be answered: whatever is said after it is about something else."""
    mine = [each for each in case.feedback.surveys if item.purpose and each.id == item.purpose.id]
    if not mine:
        return {}
    return {"feedback": case.feedback.having(mine[0].model_copy(update={"sent_at": case.last_reply_at}))}
