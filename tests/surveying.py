"""Worlds in which recipes send canned responses, and a customer who answers them."""

from datetime import datetime
from typing import Any

from inbox_recipes.inbox import Case
from inbox_recipes.recipes import Recipe
from inbox_recipes.responses import CannedResponse
from tests.builders import IN_CASE, a_recipe
from tests.fakes import World
from tests.replies import CUSTOMER, answering, written

CSAT = {
    "name": "Satisfied?",
    "content": {"type": "csat", "text": "Dear [author.name],", "question": "Happy?"},
}
NPS = {"name": "Recommend?", "content": {"type": "nps", "question": "Would you recommend us?", "days": 1}}
THANKS = {
    "name": "Thanks",
    "content": {"type": "message", "text": "Bye, [author.name]!", "buttons": [{"title": "Bye"}]},
}
ORDERS = {
    "name": "Orders",
    "content": {
        "type": "flow",
        "fallback": "Please choose.",
        "minutes": 60,
        "steps": [
            {"id": "start", "text": "Hello [author.name]! What is it about?", "buttons": [
                {"title": "My order", "next": "order", "tags": ["order"]},
                {"title": "A person", "next": "wait", "hand_over": True}]},
            {"id": "order", "text": "Which one?", "buttons": [
                {"title": "All is well", "next": "bye", "status": "resolved"},
                {"title": "Back", "next": "start"},
                {"title": "Pending", "next": "bye", "status": "pending"}]},
            {"id": "wait", "text": "One moment."},
            {"id": "bye", "response_id": "thanks"},
        ],
    },
}  # fmt: skip
RESPONSES = {
    key: CannedResponse.model_validate(body)
    for key, body in {"csat": CSAT, "nps": NPS, "thanks": THANKS, "orders": ORDERS}.items()
}


def send(kind: str, response_id: str | None = None, **changed: Any) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "send_private_reply", "kind": kind, "response_id": response_id or kind, **changed}


def sending(*actions: dict[str, Any], recipe_id: str = "rec_1", **changed: Any) -> Recipe:
    """A recipe on every mention in a case that is no message of a flow or survey."""
    return a_recipe(recipe_id, trigger=changed.pop("trigger", IN_CASE), actions=actions, **changed)


def surveying(now: datetime, *recipes: Recipe, **changed: Any) -> World:
    """A world whose profiles are connected, with all responses."""
    return answering(now, *recipes, **{"responses": RESPONSES, **changed})


def click(world: World, title: str, service: str = "facebook") -> str:
    """The customer chooses a button of our latest message; gives the mention's id."""
    message = world.platforms.facebook.click(CUSTOMER[service], title)
    button = {"title": title, "payload": (message.clicked or ("", ""))[1]}
    return written(world, service, title, native_id=message.id, clicked_buttons=[button])


def ask(world: World, text: str = "Where is it?", service: str = "facebook") -> str:
    """The customer writes, and everything that follows from it happens; gives the mention's id."""
    unique_id = written(world, service, text)
    world.settle()
    return unique_id


def lines(world: World, case: Case | None = None, *kinds: str) -> list[tuple[str, str]]:
    """The case's history: type and outcome."""
    entries = world.case_history((case or world.case()).id)
    return [(line.type, line.outcome) for line in entries if not kinds or line.type in kinds]
