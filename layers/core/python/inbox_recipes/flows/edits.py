"""Class A effects: our own items, their history and the claim in one transaction."""

from dataclasses import replace

from inbox_recipes.actions.resolve import Resolve
from inbox_recipes.actions.set_case_status import SetCaseStatus
from inbox_recipes.effects import Change, Edit
from inbox_recipes.errors import Stale
from inbox_recipes.flows.acting import Acting, cases_of, closed
from inbox_recipes.history import Line
from inbox_recipes.inbox import LastAction, Mention
from inbox_recipes.ports import Transaction, Write

MENTIONS_AT_ONCE = 30
"""Mentions resolved in the transaction of their case: each takes two of its hundred places."""


def make(acting: Acting, position: int, change: Change) -> None:
    """Do the change once. Raises Stale when an item has moved on since it was decided."""
    action = acting.recipe.actions[position].type
    edits = list(change.edits)
    if change.resolves_mentions_of:
        mentions = acting.ports.inbox.unresolved_mentions(change.resolves_mentions_of)
        edits += [_resolved(mention) for mention in mentions[:MENTIONS_AT_ONCE]]
    acting.ports.inbox.commit(
        replace(
            _transaction(acting, position, action, edits),
            turn=change.turn,
            claim=(acting.run.run_id, closed(position, action, "done")),
            seen=acting.seen,
        )
    )


def resolve_the_rest(acting: Acting, position: int) -> None:
    """Resolve the mentions that did not fit beside the case which the action has resolved (A8)."""
    if _resolves_a_case(acting, position):
        for case_id in cases_of(acting):
            _resolve_mentions_of(acting, position, case_id)


def _resolve_mentions_of(acting: Acting, position: int, case_id: str) -> None:
    while True:
        case = acting.ports.inbox.cases([case_id]).get(case_id)
        if case is None or case.status != "resolved":
            return
        mentions = acting.ports.inbox.unresolved_mentions(case_id)[:MENTIONS_AT_ONCE]
        if not mentions:
            return
        action = acting.recipe.actions[position].type
        edits = [_resolved(mention) for mention in mentions]
        try:
            acting.ports.inbox.commit(_transaction(acting, position, action, edits))
        except Stale:
            continue


def _resolves_a_case(acting: Acting, position: int) -> bool:
    action = acting.recipe.actions[position]
    if isinstance(action, SetCaseStatus):
        return action.status == "resolved"
    return isinstance(action, Resolve) and acting.run.occurrence.about == "case"


def _resolved(mention: Mention) -> Edit:
    detail = {"status": "resolved", "previous": "new", "with_case": mention.case_id}
    return Edit(mention, put={"status": "done"}, detail=detail)


def _transaction(acting: Acting, position: int, action: str, edits: list[Edit]) -> Transaction:
    done = LastAction(type=action, by="recipe", by_id=acting.recipe.id, at=acting.now)
    return Transaction(
        actor=acting.actor,
        at=acting.now,
        chain=acting.chain,
        writes=tuple(Write(edit.item, edit.after(done, acting.hours_of)) for edit in edits),
        lines=tuple(_line(acting, position, action, edit) for edit in edits),
    )


def _line(acting: Acting, position: int, action: str, edit: Edit) -> Line:
    item_id = edit.item.unique_id if isinstance(edit.item, Mention) else edit.item.id
    return acting.line(edit.log, item_id, position, action, "done", None, edit.detail)
