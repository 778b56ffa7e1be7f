"""Answers to customers."""

from inbox_recipes.flows.replies import NewReply, reply_in_case, reply_to_mention
from inbox_recipes.http.inbox import agent, plain
from inbox_recipes.http.outbox import desk
from inbox_recipes.http.request import Answer, Request, versioned
from inbox_recipes.inbox import Mention
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.validation import validated


def to_mention(request: Request) -> Answer:
    """Answer a mention."""
    new, key = validated(NewReply, request.json()), request.idempotency_key
    made = reply_to_mention(request.path["unique_id"], new, key, agent(request), desk(request))
    return _answer(made)


def in_case(request: Request) -> Answer:
    """Answer the customer's most recent message in a case."""
    new, key = validated(NewReply, request.json()), request.idempotency_key
    return _answer(reply_in_case(request.path["id"], new, key, agent(request), desk(request)))


def _answer(made: tuple[Mention | OutboxItem, bool]) -> Answer:
    """What goes out is accepted, and to be looked for in the outbox; what is only kept is made."""
    reply, known = made
    if known:
        return versioned(plain(reply), reply.revision).repeated()
    if isinstance(reply, OutboxItem):
        return versioned(plain(reply), reply.revision, 202, f"/outbox/{reply.id}")
    return versioned(plain(reply), reply.revision, 201, reply.permalink)
