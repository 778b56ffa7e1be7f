"""Canned responses as messages: what they say now, and what a survey or a flow changes in its case.

Both stand in the case in the transaction that puts the message into the outbox, so there is one survey of a
kind and one flow at a time, whatever happens at once (A37).
"""

from inbox_recipes.effects import Edit, Nothing, Respond, Say
from inbox_recipes.feedback import Wording
from inbox_recipes.flow_definition import Flow
from inbox_recipes.flow_walk import begun, buttons, saying
from inbox_recipes.flows.acting import Acting
from inbox_recipes.flows.flow_steps import said
from inbox_recipes.inbox import Case, HandledBy, Mention
from inbox_recipes.outbox import Purpose
from inbox_recipes.platforms import CAPABILITIES, SERVICES
from inbox_recipes.prewritten import personal
from inbox_recipes.quick_replies import QuickReply, as_said
from inbox_recipes.response_guards import unsaid
from inbox_recipes.responses import Csat, Nps, PreparedMessage
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.surveys import asked, kept
from inbox_recipes.surveys import buttons as scores
from inbox_recipes.variables import Facts


def settled(respond: Respond, acting: Acting, book: RuleBook) -> Say | Nothing:
    """The message that the response is now, or why there is none."""
    refusal = unsaid(respond, book, acting.now)
    mention, case = respond.subject.mention, respond.subject.case
    if refusal or mention is None:
        return Nothing(refusal or "there is no message to answer")
    content = book.responses[respond.response_id].content
    if isinstance(content, PreparedMessage):
        return _message(content, respond, acting, mention)
    if case is None:
        return Nothing("the mention is in no case")
    if isinstance(content, Flow):
        return _flow(content, respond, acting, mention, case, book)
    return _survey(content, respond, acting, mention, case)


def _message(content: PreparedMessage, respond: Respond, acting: Acting, mention: Mention) -> Say:
    payload = f"button/{respond.response_id}"
    shown = tuple(QuickReply(title=each.title, payload=payload) for each in content.buttons)
    text, shown = _as_said(_filled(content.text, respond, acting), shown, mention)
    return Say(kind="private", text=text, subject=respond.subject, buttons=shown, ready=True)


def _survey(content: Csat | Nps, respond: Respond, acting: Acting, mention: Mention, case: Case) -> Say:
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


def _flow(
    content: Flow, respond: Respond, acting: Acting, mention: Mention, case: Case, book: RuleBook
) -> Say | Nothing:
    flow_id, first = respond.response_id, content.steps[0]
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
