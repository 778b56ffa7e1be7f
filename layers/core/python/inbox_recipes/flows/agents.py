"""What agents change through the API: status, tags, assignment and properties of mentions and cases."""

from collections.abc import Mapping, Sequence
from typing import Any

from inbox_recipes.effects import Edit
from inbox_recipes.errors import Conflict, InvalidInput, Problem, Stale
from inbox_recipes.fitting import listed, names
from inbox_recipes.flows.by_hand import Agent, tried_again
from inbox_recipes.history import Line
from inbox_recipes.inbox import (
    Case,
    Mention,
)
from inbox_recipes.patches import AssignmentPatch, CasePatch, MentionPatch
from inbox_recipes.ports import Transaction, Write
from inbox_recipes.rule_book import RuleBook

MENTIONS_AT_ONCE = 30
MOST_TAGS = 100
NOT_PROPERTIES = {"tags", "add_tags", "remove_tags", "assignment"}


def patch_mention(unique_id: str, patch: MentionPatch, seen: int | None, agent: Agent) -> Mention:
    """Change a mention that is still at revision `seen`, or at any; no change is nothing written (A25)."""

    def change() -> Mention:
        mention = agent.mention(unique_id)
        _must_be_seen(mention, seen)
        if patch.status is not None and mention.status == "sent":
            raise Conflict("A message of ours is 'sent' and has no other status.")
        after = _save(_edit(mention, patch, agent.books.current()), agent)
        return after if isinstance(after, Mention) else mention

    return change() if seen is not None else tried_again(change)


def patch_case(case_id: str, patch: CasePatch, seen: int | None, agent: Agent) -> Case:
    """Change a case that is still at revision `seen`, or at any. Resolving it resolves its mentions (A8)."""

    def change() -> Case:
        case = agent.case(case_id)
        _must_be_seen(case, seen)
        if patch.status not in (None, "resolved") and case.status == "resolved":
            raise Conflict("A resolved case stays resolved: the customer's next message opens a new one.")
        edit = _edit(case, patch, agent.books.current())
        resolving = edit.put.get("status") == "resolved"
        mentions = agent.inbox.unresolved_mentions(case_id) if resolving else []
        after = _save(edit, agent, mentions[:MENTIONS_AT_ONCE])
        return after if isinstance(after, Case) else case

    after = change() if seen is not None else tried_again(change)
    if patch.status == "resolved":
        resolve_the_rest(case_id, agent)
    return after


def _must_be_seen(item: Mention | Case, seen: int | None) -> None:
    if seen not in (None, item.revision):
        raise Stale(f"It is at version {item.revision} by now, not {seen}.")


def resolve_the_rest(case_id: str, agent: Agent) -> None:
    """Mentions that did not fit beside their case, now or in a call that died: no new ones can come."""
    while mentions := agent.inbox.unresolved_mentions(case_id)[:MENTIONS_AT_ONCE]:
        try:
            agent.inbox.commit(_transaction([_resolved(mention) for mention in mentions], agent))
        except Stale:
            continue


def _edit(item: Mention | Case, patch: MentionPatch | CasePatch, book: RuleBook) -> Edit:
    """The difference that the patch makes to the item."""
    given = patch.model_dump(exclude_unset=True, exclude=NOT_PROPERTIES)
    tags = _tags(item, patch)
    wanted = _assignment(item, patch, book)
    put = {name: value for name, value in given.items() if value != _present(item, name)}
    if patch_category := put.get("category"):
        _must_be_listed(patch_category, book)
    return Edit(
        item,
        put=put,
        add_tags=tuple(tag for tag in tags if tag not in item.tags),
        remove_tags=tuple(tag for tag in item.tags if tag not in tags),
        users=wanted.users if wanted else None,
        teams=wanted.teams if wanted else None,
        detail={"comment": wanted.comment} if wanted and wanted.comment else {},
    )


def _tags(item: Mention | Case, patch: MentionPatch | CasePatch) -> tuple[str, ...]:
    """All tags from now on. One that is there, in whatever capitals, is not added again (A33)."""
    present = item.tags if patch.tags is None else patch.tags
    there = {tag.casefold() for tag in present}
    tags = (*present, *(tag for tag in patch.add_tags or () if tag.casefold() not in there))
    gone = {tag.casefold() for tag in patch.remove_tags or ()}
    tags = tuple(tag for tag in tags if tag.casefold() not in gone)
    if len(tags) > MOST_TAGS:
        detail = f"An item has at most {MOST_TAGS} tags; it would have {len(tags)}."
        raise InvalidInput([Problem("/add_tags", detail)])
    return tags


def _assignment(
    item: Mention | Case, patch: MentionPatch | CasePatch, book: RuleBook
) -> AssignmentPatch | None:
    """Who is to have it, if that is not who has it."""
    wanted = patch.assignment
    if wanted is None:
        return None
    _must_exist("users", wanted.users, book.users)
    _must_exist("teams", wanted.teams, book.teams)
    _must_be_enabled(wanted.users, item, book)
    if (wanted.users, wanted.teams) != (item.assignment.users, item.assignment.teams):
        return wanted
    if wanted.comment:
        detail = "They have it already, so nothing tells them of the comment: write a note."
        raise InvalidInput([Problem("/assignment/comment", detail)])
    return None


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


def _save(edit: Edit, agent: Agent, mentions: Sequence[Mention] = ()) -> Mention | Case:
    if not (edit.put or edit.add_tags or edit.remove_tags or edit.users is not None):
        return edit.item
    transaction = _transaction([edit, *map(_resolved, mentions)], agent)
    agent.inbox.commit(transaction)
    return transaction.writes[0].after


def _transaction(edits: list[Edit], agent: Agent) -> Transaction:
    told = [_lines(edit, agent) for edit in edits]
    done = [agent.did(lines[-1].entry.type) for lines in told]
    return Transaction(
        actor=agent.actor,
        at=agent.now,
        writes=tuple(
            Write(edit.item, edit.after(last, agent.hours_of)) for edit, last in zip(edits, done, strict=True)
        ),
        lines=tuple(line for lines in told for line in lines),
    )


def _lines(edit: Edit, agent: Agent) -> list[Line]:
    """One line for each thing that changed, as the timeline tells them."""
    item = edit.item
    told: list[tuple[str, dict[str, Any]]] = []
    for name, value in edit.put.items():
        previous = _present(item, name)
        if name == "status":
            told.append(("status_changed", {"status": value, "previous": previous}))
        else:
            told.append(("edit", {"property": name, "value": value, "previous": previous}))
    if edit.add_tags:
        told.append(("add_tags", {"added": list(edit.add_tags)}))
    if edit.remove_tags:
        told.append(("remove_tags", {"removed": list(edit.remove_tags)}))
    if edit.users is not None:
        told.append(_assigned(edit))
    return [agent.line(item, kind, detail, index) for index, (kind, detail) in enumerate(told)]


def _assigned(edit: Edit) -> tuple[str, dict[str, Any]]:
    users, teams = list(edit.users or ()), list(edit.teams or ())
    had = edit.item.assignment
    previous = {"users": list(had.users), "teams": list(had.teams)}
    kind = "assign" if users or teams else "unassign"
    return kind, {"users": users, "teams": teams, "previous": previous, **edit.detail}
