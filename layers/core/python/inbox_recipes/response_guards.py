"""What keeps a canned response from a customer: asked before it is sent, and by explanations. Pure."""

from datetime import datetime

from inbox_recipes.effects import Respond
from inbox_recipes.flow_walk import owns
from inbox_recipes.inbox import Case
from inbox_recipes.responses import CannedResponse
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.surveys import already

NO_CASE = "the mention is in no case"


def unsaid(respond: Respond, book: RuleBook, now: datetime) -> str | None:
    """Why the response is not sent, if it is not."""
    response, case = book.responses.get(respond.response_id), respond.subject.case
    if response is None or response.content.type != respond.kind:
        return f"there is no {respond.kind} {respond.response_id!r} any more"
    refusal = _not_for(response, respond)
    if refusal or respond.kind == "message":
        return refusal
    if case is None:
        return NO_CASE
    return _no_flow_in(case, now) if respond.kind == "flow" else already(case, respond.kind)


def _not_for(response: CannedResponse, respond: Respond) -> str | None:
    """Whether the response is for what is tagged otherwise."""
    mention, case = respond.subject.mention, respond.subject.case
    tags = {tag.casefold() for item in (mention, case) if item for tag in item.tags}
    if not response.for_tags or tags & {tag.casefold() for tag in response.for_tags}:
        return None
    return f"{response.name!r} is only for what is tagged {' or '.join(response.for_tags)}"


def _no_flow_in(case: Case, now: datetime) -> str | None:
    if case.status == "resolved":
        return "the case is resolved, and a resolved case receives nothing more"
    if owns(case, now):
        return "a flow has the conversation already"
    return "agents have the conversation" if case.handler == "agent" else None
