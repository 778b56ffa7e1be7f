"""Worlds in which recipes answer: profiles that are connected, and somebody who writes to them."""

from datetime import datetime
from typing import Any

from inbox_recipes.inbox import IncomingMention
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.profiles import ConnectedProfile, Credential
from inbox_recipes.recipes import Recipe
from tests.builders import TOPIC, a_recipe, a_rule_book, an_incoming
from tests.fakes import World

CUSTOMER = {"facebook": "5001", "twitter": "88", "email": "ana@example.com"}
NATIVE = {"facebook": "77", "twitter": "501", "email": "support@orvane.example"}
SNS_TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"


def a_profile(service: str, **changed: Any) -> ConnectedProfile:
    """A profile of ours that messages come to."""
    named = {} if service == "email" else {"app_secret": "sec_1", "access_token": "sec_2"}
    body: dict[str, Any] = {
        "name": "Orvane",
        "service": service,
        "native_id": NATIVE[service],
        "topic": TOPIC,
        "credentials": {name: Credential(hint="…", secret=secret) for name, secret in named.items()},
        **({"sns_topic_arn": SNS_TOPIC} if service == "email" else {}),
    }
    return ConnectedProfile.model_validate(body | changed)


PROFILES = {service: a_profile(service) for service in NATIVE}


def answering(now: datetime, *recipes: Recipe, **changed: Any) -> World:
    """A world whose three profiles are connected under the names of their services."""
    return World(a_rule_book(*recipes, **{"profiles": dict(PROFILES), **changed}), now)


def written(world: World, service: str = "facebook", text: str = "Where is it?", **changed: Any) -> str:
    """Somebody writes to us on a platform, which then knows it; gives the mention's id."""
    private = changed.pop("private", True)
    platform = {"facebook": world.platforms.facebook, "twitter": world.platforms.x}.get(service)
    native = changed.pop("native_id", None)
    if platform is not None and native is None:
        native = platform.write(CUSTOMER[service], text, private=private, to=NATIVE[service]).id
    kind = "privatemessage" if private else {"facebook": "comment", "twitter": "post"}.get(service)
    whole = {
        "private": private,
        "source__service": service,
        "source__profile": service,
        "author__id": CUSTOMER[service],
        "author__name": "Ana",
        "message__type": "email" if service == "email" else kind,
    }
    return world.take_in(an_incoming(native or "m1@example.com", text, **{**whole, **changed}))[0].unique_id


def reply(service: str = "facebook", mode: str = "immediate", **changed: Any) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "reply", "service": service, "mode": mode, "text": "We are on it.", **changed}


def a_replying_recipe(recipe_id: str = "rec_1", **action: Any) -> Recipe:
    """Answers every new mention of a service."""
    return a_recipe(recipe_id, actions=[reply(**action)])


def sent_texts(world: World, service: str = "facebook") -> list[str]:
    """What the platform has of us."""
    platform = world.platforms.facebook if service == "facebook" else world.platforms.x
    return [each.text for each in platform.messages.values() if each.author == platform.profile]


def told(world: World, unique_id: str, kind: str = "reply") -> list[tuple[str, str | None]]:
    """What the mention's history says about answers: outcome and reason."""
    return [(line.outcome, line.reason) for line in world.mention_history(unique_id) if line.type == kind]


def only(world: World) -> OutboxItem:
    """The only item of the outbox."""
    [item] = world.outbox.all()
    return item


def echo(world: World, service: str, native_id: str, private: bool = True, **changed: Any) -> IncomingMention:
    """What the platform tells of a message of ours."""
    whole = {
        "private": private,
        "source__service": service,
        "source__profile": service,
        "author__id": NATIVE[service],
        "author__managed": True,
        **({"source__recipient": CUSTOMER[service]} if private else {}),
    }
    return an_incoming(native_id, "We are on it.", **{**whole, **changed})
