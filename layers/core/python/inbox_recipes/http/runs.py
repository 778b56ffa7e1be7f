"""What ran; and why a recipe acts or not."""

from dataclasses import asdict
from typing import Any

from inbox_recipes.errors import NotFound
from inbox_recipes.flows.explain import Question, explain
from inbox_recipes.flows.manage import with_tree
from inbox_recipes.http.inbox import plain
from inbox_recipes.http.paging import listing
from inbox_recipes.http.request import Answer, Request
from inbox_recipes.inbox import Frozen
from inbox_recipes.validation import validated


def runs(request: Request) -> Answer:
    """Runs, newest first, without their actions."""
    return listing(request, request.services.ledger.runs, plain)


def run(request: Request) -> Answer:
    """One run with how far each of its actions is."""
    found = request.services.ledger.run(request.path["run_id"])
    if found is None:
        raise NotFound("run", request.path["run_id"])
    return Answer(plain(found))


class PutAside(Frozen):
    """Something that could not be read or evaluated, put aside with the reason (R7)."""

    id: str
    day: str
    reason: str
    record: dict[str, Any]


def quarantine(request: Request) -> Answer:
    """What was put aside, newest day first."""
    return listing(request, request.services.ledger.quarantined, asdict)


def why(request: Request) -> Answer:
    """The verdict of a recipe on something that happened or might, with every step."""
    services = request.services
    body = request.json()
    if isinstance(body, dict) and "recipe" in body:
        body = {**body, "recipe": with_tree(body["recipe"], "/recipe")}
    question = validated(Question, body)
    explanation = explain(question, services.inbox, services.ledger, services.rule_books, services.now())
    return Answer(plain(explanation))
