"""What agents do through the API: status, tags, assignment and properties of mentions and cases.

The same edits, transaction and history as for recipes, with the agent as the actor and no recipe in
the chain, so that recipes may follow.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.clock import stamp
from inbox_recipes.effects import Edit
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Problem, Stale
from inbox_recipes.fitting import listed, names
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.ids import digest
from inbox_recipes.inbox import (
    Case,
    CaseStatus,
    Frozen,
    LastAction,
    Mention,
    Priority,
    Sentiment,
    ShortText,
    Tags,
)
from inbox_recipes.people import Actor
from inbox_recipes.ports import Inbox, RuleBooks, Transaction, Write
from inbox_recipes.rule_book import RuleBook

MENTIONS_AT_ONCE = 30


class AssignmentPatch(Frozen):
    """Who is to handle the item; replaces who did."""

    users: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class _Patch(Frozen):
    """`null` takes a property away; what every item has cannot be taken away."""

    @field_validator("status", "tags", "assignment", check_fields=False)
    @classmethod
    def _stays(cls, value: object, about: ValidationInfo) -> object:
        if value is None:
            detail = f"{about.field_name} can be changed but not taken away."
            raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})
        return value


class MentionPatch(_Patch):
    """What of a mention may be changed. What is not given stays as it is."""

    status: Literal["new", "done"] | None = None
    tags: Tags | None = None
    assignment: AssignmentPatch | None = None
    language: ShortText | None = None
    sentiment: Sentiment | None = None
    category: ShortText | None = None
    country: ShortText | None = None


class CasePatch(_Patch):
    """What of a case may be changed. What is not given stays as it is."""

    status: CaseStatus | None = None
    tags: Tags | None = None
    assignment: AssignmentPatch | None = None
    priority: Priority | None = None


def patch_mention(
    unique_id: str,
    patch: MentionPatch,
    seen: int,
    actor: Actor,
    inbox: Inbox,
    books: RuleBooks,
    now: datetime,
) -> Mention:
    """Change a mention that is still at revision `seen`; nothing changed is nothing written (A25)."""
    mention = inbox.mentions([unique_id]).get(unique_id)
    if mention is None:
        raise NotFound("mention", unique_id)
    if patch.status is not None and mention.status == "sent":
        raise Conflict("A message of ours is 'sent' and has no other status.")
    edit = _edit(mention, patch, books.current())
    after = _save(edit, seen, actor, inbox, now, ())
    return after if isinstance(after, Mention) else mention


def patch_case(
    case_id: str, patch: CasePatch, seen: int, actor: Actor, inbox: Inbox, books: RuleBooks, now: datetime
) -> Case:
    """Change a case that is still at revision `seen`. Resolving it resolves its mentions (A8)."""
    case = inbox.cases([case_id]).get(case_id)
    if case is None:
        raise NotFound("case", case_id)
    if patch.status not in (None, "resolved") and case.status == "resolved":
        raise Conflict("A resolved case stays resolved: the customer's next message opens a new one.")
    edit = _edit(case, patch, books.current())
    resolving = edit.put.get("status") == "resolved"
    mentions = inbox.unresolved_mentions(case_id) if resolving else []
    after = _save(edit, seen, actor, inbox, now, tuple(mentions[:MENTIONS_AT_ONCE]))
    if patch.status == "resolved":
        _resolve_the_rest(case_id, actor, inbox, now)
    return after if isinstance(after, Case) else case


def _resolve_the_rest(case_id: str, actor: Actor, inbox: Inbox, now: datetime) -> None:
    """Mentions that did not fit beside their case, now or in a call that died: no new ones can come."""
    while mentions := inbox.unresolved_mentions(case_id)[:MENTIONS_AT_ONCE]:
        try:
            inbox.commit(_transaction([_resolved(mention) for mention in mentions], actor, now))
        except Stale:
            continue


def _edit(item: Mention | Case, patch: MentionPatch | CasePatch, book: RuleBook) -> Edit:
    """The difference that the patch makes to the item."""
    given = patch.model_dump(exclude_unset=True, exclude={"tags", "assignment"})
    put = {name: value for name, value in given.items() if value != _present(item, name)}
    if patch_category := put.get("category"):
        _must_be_listed(patch_category, book)
    tags = item.tags if patch.tags is None else patch.tags
    wanted = patch.assignment
    if wanted is not None:
        _must_exist("users", wanted.users, book.users)
        _must_exist("teams", wanted.teams, book.teams)
        _must_be_enabled(wanted.users, item, book)
        if (wanted.users, wanted.teams) == (item.assignment.users, item.assignment.teams):
            wanted = None
    return Edit(
        item,
        put=put,
        add_tags=tuple(tag for tag in tags if tag not in item.tags),
        remove_tags=tuple(tag for tag in item.tags if tag not in tags),
        users=wanted.users if wanted else None,
        teams=wanted.teams if wanted else None,
    )


def _must_exist(kind: str, wanted: tuple[str, ...], known: Mapping[str, object]) -> None:
    problems = [
        Problem(f"/assignment/{kind}/{index}", f"There is no {kind[:-1]} {name!r}.", tuple(sorted(known)))
        for index, name in enumerate(wanted)
        if name not in known
    ]
    if problems:
        raise InvalidInput(problems)


def _must_be_listed(category: str, book: RuleBook) -> None:
    """Any category may be used while the account keeps no list of them (A27)."""
    if not listed(category, book):
        raise InvalidInput([Problem("/category", f"There is no category {category!r}.", names(book))])


def _must_be_enabled(wanted: tuple[str, ...], item: Mention | Case, book: RuleBook) -> None:
    """Whoever has been disabled may keep what they have, and gets nothing new."""
    problems = [
        Problem(f"/assignment/users/{index}", f"The user {name!r} is disabled and gets no new work.")
        for index, name in enumerate(wanted)
        if book.users[name].disabled and name not in item.assignment.users
    ]
    if problems:
        raise InvalidInput(problems)


def _present(item: Mention | Case, name: str) -> Any:
    if isinstance(item, Case) or name == "status":
        return getattr(item, name)
    return item.location.country if name == "country" else getattr(item.message, name)


def _resolved(mention: Mention) -> Edit:
    return Edit(mention, put={"status": "done"})


def _save(
    edit: Edit, seen: int, actor: Actor, inbox: Inbox, now: datetime, mentions: tuple[Mention, ...]
) -> Mention | Case:
    if edit.item.revision != seen:
        raise Stale(f"It is at version {edit.item.revision} by now, not {seen}.")
    if not (edit.put or edit.add_tags or edit.remove_tags or edit.users is not None):
        return edit.item
    transaction = _transaction([edit, *map(_resolved, mentions)], actor, now)
    inbox.commit(transaction)
    return transaction.writes[0].after


def _transaction(edits: list[Edit], actor: Actor, now: datetime) -> Transaction:
    told = [_lines(edit, actor, now) for edit in edits]
    done = [LastAction(type=lines[-1].entry.type, by=actor.kind, by_id=actor.id, at=now) for lines in told]
    return Transaction(
        actor=actor,
        at=now,
        writes=tuple(Write(edit.item, edit.after(last)) for edit, last in zip(edits, done, strict=True)),
        lines=tuple(line for lines in told for line in lines),
    )


def _lines(edit: Edit, actor: Actor, now: datetime) -> list[Line]:
    """One line for each thing that changed, as the timeline tells them."""
    item = edit.item
    changes: list[tuple[str, dict[str, Any]]] = []
    for name, value in edit.put.items():
        kind = "status_changed" if name == "status" else "edit"
        changes.append((kind, {"property": name, "value": value, "previous": _present(item, name)}))
    if edit.add_tags:
        changes.append(("add_tags", {"added": list(edit.add_tags)}))
    if edit.remove_tags:
        changes.append(("remove_tags", {"removed": list(edit.remove_tags)}))
    if edit.users is not None:
        changes.append(("assign", {"users": list(edit.users), "teams": list(edit.teams or ())}))
    item_id = item.id if isinstance(item, Case) else item.unique_id
    change_id = digest(actor.id, item_id, item.revision)
    return [
        Line(
            log=edit.log,
            item_id=item_id,
            entry=HistoryEntry(
                id=f"{stamp(now)}#{change_id}#{index}",
                type=kind,
                outcome="done",
                by=actor,
                reason=None,
                detail={"status": detail["value"], "previous": detail["previous"]}
                if kind == "status_changed"
                else detail,
                run_id=None,
                position=None,
                date=HistoryDate(added=now),
            ),
        )
        for index, (kind, detail) in enumerate(changes)
    ]
