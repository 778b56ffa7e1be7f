"""Canned responses as messages: what they say now, and what a survey or a flow changes in its case.

Both stand in the case in the transaction that puts the message into the outbox, so there is one survey of a
kind and one flow at a time, whatever happens at once (A37).
"""

from inbox_recipes.effects import Edit, Nothing, Respond, Say
from inbox_recipes.feedback import Wording
from inbox_recipes.flow_definition import Flow
from inbox_recipes.flow_walk import begun, buttons, owns, saying
from inbox_recipes.flows.acting import Acting
from inbox_recipes.flows.flow_steps import said
from inbox_recipes.inbox import Case, HandledBy, Mention
from inbox_recipes.outbox import Purpose
from inbox_recipes.platforms import CAPABILITIES, SERVICES
from inbox_recipes.prewritten import personal
from inbox_recipes.quick_replies import QuickReply, as_said
from inbox_recipes.responses import CannedResponse, Csat, Nps, PreparedMessage
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.surveys import already, asked, kept
from inbox_recipes.surveys import buttons as scores
from inbox_recipes.variables import Facts


def settled(respond: Respond, acting: Acting, book: RuleBook) -> Say | Nothing:
    """The message that the response is now, or why there is none."""
    response, mention = book.responses.get(respond.response_id), respond.subject.mention
    if response is None or response.content.type != respond.kind or mention is None:
        return Nothing(f"there is no {respond.kind} {respond.response_id!r} any more")
    refusal = _not_for(response, respond)
    if refusal:
        return Nothing(refusal)
    match response.content:
        case PreparedMessage():
            return _message(response.content, respond, acting, mention)
        case Csat() | Nps():
            return _survey(response.content, respond, acting, mention)
        case Flow():
            return _flow(response.content, respond, acting, mention, book)


def _not_for(response: CannedResponse, respond: Respond) -> str | None:
    """Why the response is not for this message or case, by its tags."""
    mention, case = respond.subject.mention, respond.subject.case
    tags = {tag.casefold() for item in (mention, case) if item for tag in item.tags}
    if not response.for_tags or tags & {tag.casefold() for tag in response.for_tags}:
        return None
    return f"{response.name!r} is only for what is tagged {' or '.join(response.for_tags)}"


def _message(content: PreparedMessage, respond: Respond, acting: Acting, mention: Mention) -> Say:
    payload = f"button/{respond.response_id}"
    shown = tuple(QuickReply(title=each.title, payload=payload) for each in content.buttons)
    text, shown = _as_said(_filled(content.text, respond, acting), shown, mention)
    return Say(kind="private", text=text, subject=respond.subject, buttons=shown, ready=True)


def _survey(content: Csat | Nps, respond: Respond, acting: Acting, mention: Mention) -> Say | Nothing:
    case = respond.subject.case
    if case is None:
        return Nothing("a survey is about a case, and the message is in none")
    before = already(case, content.type)
    if before:
        return Nothing(before)
    survey = asked(case, respond.response_id, content, acting.now)
    wording = Wording(
        question=_filled(content.question, respond, acting),
        text=_filled(content.text, respond, acting) if content.text else None,
        language=mention.message.language,
    )
    asks = "\n\n".join(filter(None, (wording.text, wording.question)))
    quick = _has_buttons(mention)
    return Say(
        kind="private",
        text=asks if quick else f"{asks}\n\n{acting.ports.survey_links.of(survey)}",
        subject=respond.subject,
        buttons=scores(case.id, content.type) if quick else (),
        purpose=Purpose(type="survey", id=survey.id),
        ready=True,
        edit=Edit(
            case,
            put={"feedback": case.feedback.having(survey)},
            detail={"survey": content.type, "response_id": respond.response_id, "survey_id": survey.id},
        ),
        told="survey_asked",
        surveys=kept(case, [survey]),
        wordings=((survey.id, wording),),
    )


def _flow(content: Flow, respond: Respond, acting: Acting, mention: Mention, book: RuleBook) -> Say | Nothing:
    case, flow_id, first = respond.subject.case, respond.response_id, content.steps[0]
    refusal = _no_flow_in(case, acting)
    if refusal or case is None:
        return Nothing(refusal or "a flow goes through a case, and the message is in none")
    text = said(first, book)
    if text is None:
        return Nothing(f"what the step {first.id!r} says is no longer there")
    text, shown = _as_said(_filled(text, respond, acting), buttons(first, flow_id, case.id), mention)
    put = {
        "flow": saying(begun(flow_id, content, acting.now), text),
        "handled_by": HandledBy(type="flow", flow_id=flow_id),
    }
    return Say(
        kind="private",
        text=text,
        subject=respond.subject,
        buttons=shown,
        purpose=Purpose(type="flow", id=flow_id),
        ready=True,
        edit=Edit(case, put=put, detail={"flow_id": flow_id, "step": first.id}),
        told="flow_started",
    )


def _no_flow_in(case: Case | None, acting: Acting) -> str | None:
    if case is None:
        return None
    if case.status == "resolved":
        return "the case is resolved, and a resolved case receives nothing more"
    if owns(case, acting.now):
        return "a flow has the conversation already"
    if case.handled_by is not None and case.handled_by.type == "agent":
        return "agents have the conversation"
    return None


def _filled(text: str, respond: Respond, acting: Acting) -> str:
    subject = respond.subject
    if "[contact." in text and subject.contact_id:
        subject = subject.known_by(acting.ports.inbox.contacts([subject.contact_id]))
    return personal(text, Facts(subject, acting.run.occurrence, acting.recipe.id, acting.recipe.name))


def _as_said(
    text: str, shown: tuple[QuickReply, ...], mention: Mention
) -> tuple[str, tuple[QuickReply, ...]]:
    return as_said(text, shown, quick_replies=_has_buttons(mention))


def _has_buttons(mention: Mention) -> bool:
    service = next((each for each in SERVICES if each == mention.source.service), None)
    return service is not None and CAPABILITIES[service].quick_replies
