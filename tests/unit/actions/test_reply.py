"""The three actions that write to customers, as decisions (rows 38-43, 87, 91; A11, A28, A38)."""

from typing import Any

import pytest

from inbox_recipes.actions.reply import Reply
from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.actions.send_public_reply import SendPublicReply
from inbox_recipes.effects import Nothing, Say
from inbox_recipes.errors import InvalidInput
from inbox_recipes.recipes import RecipeDefinition
from inbox_recipes.validation import validated
from tests.builders import NOON, a_case, a_mention, a_subject

REPLY = Reply(type="reply", service="facebook", text="Hello [author.name]", mode="draft", approver="nora")


def test_a_reply_is_for_messages_of_its_service() -> None:
    """Row 43; A11."""
    subject = a_subject(a_mention())

    assert REPLY.decide(subject, "mention", NOON) == Say(
        kind="reply", text="Hello [author.name]", subject=subject, mode="draft", approver="nora",
        service="facebook",
    )  # fmt: skip
    other = a_subject(a_mention(incoming={"source__service": "twitter"}))
    assert isinstance(REPLY.decide(other, "mention", NOON), Nothing)
    assert isinstance(REPLY.decide(a_subject(case=a_case()), "case", NOON), Nothing)


def test_a_reply_waits_for_approval_unless_something_else_is_said() -> None:
    """Row 39 is the careful one."""
    assert Reply(type="reply", service="email", text="Hi").mode == "approval"


@pytest.mark.parametrize("service", ["email", "instagram"])
def test_a_private_reply_needs_a_service_that_has_them(service: str) -> None:
    """A38."""
    action = SendPrivateReply(type="send_private_reply", text="Hi")
    subject = a_subject(a_mention(incoming={"source__service": service}), a_case())

    assert action.decide(subject, "case", NOON) == Nothing(f"{service} has no private messages")
    assert isinstance(action.decide(a_subject(a_mention(), a_case()), "case", NOON), Say)
    assert isinstance(action.decide(a_subject(case=a_case()), "case", NOON), Nothing)


def test_a_public_reply_is_by_its_profile() -> None:
    """Row 91."""
    action = SendPublicReply(type="send_public_reply", service="twitter", profile="x", text="Hi")
    subject = a_subject(a_mention(), a_case())

    assert action.decide(subject, "case", NOON) == Say(
        kind="public", text="Hi", subject=subject, service="twitter", profile="x"
    )
    assert isinstance(action.decide(a_subject(a_mention()), "mention", NOON), Nothing)


@pytest.mark.parametrize(
    ("changed", "pointer", "words"),
    [
        ({"text": "Hello [author.nmae]"}, "/actions/0/text", "Did you mean [author.name]?"),
        ({"text": "  "}, "/actions/0/text", ""),
        ({"text": "x" * 10_001}, "/actions/0/text", ""),
        ({"service": "instagram"}, "/actions/0/service", ""),
        ({"mode": "at once"}, "/actions/0/mode", ""),
        ({"body": "Hi"}, "/actions/0/body", ""),
    ],
)
def test_what_cannot_be_sent_is_refused_when_it_is_saved(
    changed: dict[str, Any], pointer: str, words: str
) -> None:
    """A28: an unknown variable is named, and what was meant."""
    action = {"type": "reply", "service": "facebook", "text": "Hi", **changed}
    recipe = {"name": "x", "trigger": {"type": "arrival"}, "topics": ["1"], "actions": [action]}

    with pytest.raises(InvalidInput) as refused:
        validated(RecipeDefinition, recipe)

    [problem] = refused.value.problems
    assert problem.pointer == pointer
    assert words in problem.detail
