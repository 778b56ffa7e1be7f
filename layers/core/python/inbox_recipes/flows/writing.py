"""What recipes write to customers: filled in, guarded, put into the outbox, and sent if it is to be at once.

The item, the claim and (for drafts) the history are one transaction; the item's id comes from the run and
the position, so that a run that comes again finds it. Sending is in `flows.dispatching`.
"""

from inbox_recipes import ids
from inbox_recipes.effects import Nothing, Say
from inbox_recipes.flows import dispatching, flow_ends
from inbox_recipes.flows.acting import Acting, close, closed
from inbox_recipes.flows.answered import ANSWERED, DRAFTED, answered_since, marks_of
from inbox_recipes.history import Line
from inbox_recipes.inbox import Case, LastAction, Mention
from inbox_recipes.outbox import STATE_OF, OutboxDates, OutboxItem
from inbox_recipes.outbox_lines import IN_WORDS, standing_lines
from inbox_recipes.platforms import SERVICES
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.profiles import profile_of
from inbox_recipes.reply_guards import LONGEST, never_answered, too_often
from inbox_recipes.runs import Claim
from inbox_recipes.templates import fill_message, named
from inbox_recipes.variables import Facts, values

PAGE = 100


def write(acting: Acting, position: int, say: Say) -> None:
    """Put what is to be said into the outbox, once, and send it if it is to be sent at once. Raises Stale."""
    item = _drafted(acting, position, say)
    if isinstance(item, Nothing):
        close(acting, position, "skipped", item.reason, item.detail)
        return
    reason = None
    if say.told != "survey_asked" and item.mode == "immediate" and _agent_answered(acting, item):
        if say.edit is not None:
            close(acting, position, "skipped", ANSWERED)
            return
        item, reason = item.model_copy(update={"mode": "draft", "state": "draft", "claimed": False}), DRAFTED
    refusal = _one_too_many(acting, item)
    if refusal:
        close(acting, position, "skipped", refusal)
        return
    at_once, action = item.mode == "immediate", acting.action_type(position)
    claim = (
        Claim(position=position, action=action, state="open") if at_once else closed(position, action, "done")
    )
    lines = () if at_once else standing_lines(item, acting.now, reason or IN_WORDS[item.mode])
    acting.ports.inbox.commit(
        Transaction(
            actor=acting.actor,
            at=acting.now,
            chain=acting.chain,
            writes=_changes(acting, say),
            outbox=(None, item),
            claim=(acting.run.run_id, claim),
            lines=(*lines, *_told(acting, position, say)),
            surveys=say.surveys,
            wordings=say.wordings,
        )
    )
    go_on(acting, position)


def _changes(acting: Acting, say: Say) -> tuple[Write, ...]:
    """What a survey or a flow changes in its case."""
    if say.edit is None:
        return ()
    done = LastAction(type=say.told, by="recipe", by_id=acting.recipe.id, at=acting.now)
    return (Write(say.edit.item, say.edit.after(done, acting.hours_of)),)


def _told(acting: Acting, position: int, say: Say) -> tuple[Line, ...]:
    if say.edit is None or not isinstance(say.edit.item, Case):
        return ()
    detail = say.edit.detail
    return (acting.line("case", say.edit.item.id, position, say.told, "done", None, detail),)


def go_on(acting: Acting, position: int) -> None:
    """Send what the run has written there, or see to what became of that. Safe to repeat."""
    item = acting.ports.outbox.get(ids.outbox_id(acting.run.run_id, position))
    if item is not None and item.claimed:
        dispatching.first_attempt(item, acting.ports, acting.now)


def watch(acting: Acting, position: int) -> None:
    """See to the end of a flow that the run has begun there. Safe to repeat."""
    item = acting.ports.outbox.get(ids.outbox_id(acting.run.run_id, position))
    if item is not None and item.purpose and item.purpose.type == "flow":
        flow_ends.watch(item, acting.ports, acting.now)


def _drafted(acting: Acting, position: int, say: Say) -> OutboxItem | Nothing:
    """The item, or why there is nothing to be said."""
    mention = _answered(acting, say)
    if isinstance(mention, Nothing):
        return mention
    refusal = never_answered(mention)
    if refusal:
        return Nothing(refusal, {"unique_id": mention.unique_id})
    service = next((each for each in SERVICES if each == mention.source.service), None)
    profile = say.profile or profile_of(mention, acting.ports.rule_books.current().profiles)
    if service is None or profile is None:
        return Nothing(f"no profile of {mention.source.service} is connected that it came to")
    text = say.text if say.ready else _filled(acting, say, mention)
    if not text:
        return Nothing("nothing is left of the text: its variables have no values here")
    run, case = acting.run, say.subject.case
    return OutboxItem(
        id=ids.outbox_id(run.run_id, position),
        kind=say.kind,
        mode=say.mode,
        state=STATE_OF[say.mode],
        service=service,
        profile=profile,
        unique_id=mention.unique_id,
        case_id=case.id if case else None,
        contact_id=mention.contact_id,
        conversation=run.conversation,
        text=text,
        buttons=say.buttons,
        purpose=say.purpose,
        by=acting.actor,
        chain=acting.chain,
        run_id=run.run_id,
        position=position,
        claimed=say.mode == "immediate",
        approver=say.approver,
        queued_at=acting.now if say.mode == "immediate" else None,
        date=OutboxDates(added=acting.now, updated=acting.now),
    )


def _answered(acting: Acting, say: Say) -> Mention | Nothing:
    """The message that is answered. What set the run off must not be ours, whichever that is (A9)."""
    mention, case = say.subject.mention, say.subject.case
    if say.kind != "public":
        return mention or Nothing("there is no message to answer")
    if acting.run.occurrence.about == "mention" and mention and mention.author.managed:
        return mention
    found = _latest_public(acting, case, say.service) if case else None
    return found or Nothing(f"the case holds no public message of {say.service}")


def _latest_public(acting: Acting, case: Case, service: str | None) -> Mention | None:
    """The customer's latest public message of that service in the case (A39)."""
    found, cursor = None, None
    while True:
        page = acting.ports.inbox.mentions_of_case(case.id, PAGE, cursor)
        for each in page.data:
            if each.source.service == service and not each.private and not each.author.managed:
                found = each
        cursor = page.next
        if cursor is None:
            return found


def _filled(acting: Acting, say: Say, mention: Mention) -> str:
    """The text with the values of what is answered, and of whoever wrote that."""
    names = named(say.text)
    subject = say.subject.model_copy(update={"mention": mention})
    if any(name.startswith("contact.") for name in names) and subject.contact_id:
        subject = subject.known_by(acting.ports.inbox.contacts([subject.contact_id]))
    run, recipe = acting.run, acting.recipe
    return fill_message(say.text, values(names, Facts(subject, run.occurrence, recipe.id, recipe.name)))


def _agent_answered(acting: Acting, item: OutboxItem) -> bool:
    """Whether an agent has answered the contact since what set the run off (A9)."""
    return answered_since(item.contact_id, acting.run.occurrence.at, acting.ports, acting.now)


def _one_too_many(acting: Acting, item: OutboxItem) -> str | None:
    outbox, since = acting.ports.outbox, acting.now - LONGEST
    limits = acting.ports.rule_books.current().account.replies
    to_contact = marks_of(item.contact_id, since, acting.ports)
    return too_often(item, outbox.marks(item.conversation, since), to_contact, limits, acting.now)
