"""Answers to customers."""

from inbox_recipes.flows.replies import NewReply, reply_in_case, reply_to_mention
from inbox_recipes.http.inbox import agent, plain
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.inbox import Mention
from inbox_recipes.validation import validated


def to_mention(request: Request) -> Answer:
    """Answer a mention."""
    new = validated(NewReply, request.json())
    return _answer(reply_to_mention(request.path["unique_id"], new, request.idempotency_key, agent(request)))


def in_case(request: Request) -> Answer:
    """Answer the customer's most recent message in a case."""
    new = validated(NewReply, request.json())
    return _answer(reply_in_case(request.path["id"], new, request.idempotency_key, agent(request)))


def _answer(made: tuple[Mention, bool]) -> Answer:
    reply, known = made
    if known:
        return versioned(plain(reply), reply.revision).repeated()
    return versioned(plain(reply), reply.revision, 201, reply.permalink)
