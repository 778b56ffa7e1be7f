"""A world in which recipes and people remove what others write on platforms."""

from datetime import datetime
from typing import Any

from inbox_recipes.flows.moderating_by_hand import Moderator
from inbox_recipes.history import HistoryEntry
from inbox_recipes.moderations import Moderation
from inbox_recipes.profiles import ConnectedProfile
from inbox_recipes.recipes import Recipe
from inbox_recipes.replay import replay, state_of
from tests.builders import TOPIC, a_recipe, a_rule_book, an_incoming, condition, group
from tests.fakes import World
from tools.platform_sandbox.played import Played

COMMENT = "77_100"
MENTION = f"{TOPIC}_{COMMENT}"
SWEARING = group("and", condition("content.text", "contains_any", ["merde", "bullshit", "damn"]))


def profile(service: str, **changed: Any) -> ConnectedProfile:
    body = {"name": "Orvane", "service": service, "native_id": "77", "topic": TOPIC}
    return ConnectedProfile.model_validate(body | changed)


PROFILES = {"our-facebook": profile("facebook"), "our-twitter": profile("twitter", native_id="501")}


def removal(what: str = "hide", **changed: Any) -> dict[str, Any]:
    return {"type": "remove_from_service", "what": what, "confirmed": True, **changed}


def a_world(now: datetime, *actions: dict[str, Any], **changed: Any) -> World:
    """A recipe that removes what swears, and a page and an account of ours."""
    recipe = a_recipe(actions=list(actions) or [removal()], filter=SWEARING)
    return World(a_rule_book(recipe, **{"profiles": PROFILES, **changed}), now)


def played(world: World, service: str) -> Played:
    return world.platforms.facebook if service == "facebook" else world.platforms.x


def writes(
    world: World,
    native: str = COMMENT,
    text: str = "What bullshit",
    service: str = "facebook",
    **changed: Any,
) -> str:
    """Somebody writes in public on a platform, and it comes in."""
    platform = played(world, service)
    message = platform.write("900", text, private=False, parent="1")
    platform.messages[native] = platform.messages.pop(message.id)
    platform.messages[native].id = native
    usual = {
        "source__service": service, "source__profile": f"our-{service}",
        "source__in_reply_to_message_id": "1", "author__id": "900",
        "message__type": "comment" if service == "facebook" else "reply",
    }  # fmt: skip
    world.take_in(an_incoming(native, text, **{**usual, **changed}))
    world.settle()
    return f"{TOPIC}_{native}"


def on_platform(world: World, native: str = COMMENT, service: str = "facebook") -> str:
    """How others see it there."""
    message = played(world, service).messages.get(native)
    return "gone" if message is None else "hidden" if message.hidden else "shown"


def act(world: World) -> Moderation:
    """The only act there is."""
    [found] = world.store.moderations.values()
    return found


def lines(world: World, unique_id: str = MENTION) -> list[HistoryEntry]:
    return [line for line in world.mention_history(unique_id) if line.type == "remove_from_service"]


def moderator(world: World) -> Moderator:
    return Moderator(world.agent(), world.moderations, world.queue)


def switch(world: World, recipe: Recipe | None = None, mode: str = "disabled") -> None:
    world.rule_books.put(recipe or a_recipe(actions=[removal()], filter=SWEARING, mode=mode))


def histories_hold(world: World) -> None:
    """Rows 121-125: what the history tells leads to the mention as it is."""
    for unique_id, mention in world.store.mentions.items():
        assert replay(world.mention_history(unique_id)) == (state_of(mention), mention.revision)
