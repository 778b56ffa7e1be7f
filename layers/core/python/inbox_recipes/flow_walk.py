"""How a conversation goes through a flow: one step for each message of the customer (row 90). Pure.

A click leads on; so do its words, or its number where buttons stand as a list. Who answers something else
is told once what can be answered; then agents take over. Only the customer's messages lead on, so nothing
goes in circles by itself, and after `MOST_SAID` messages agents take over too.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from inbox_recipes.flow_definition import Flow, FlowButton, FlowStep
from inbox_recipes.ids import digest
from inbox_recipes.inbox import Case, HandledBy, InFlow, Mention
from inbox_recipes.quick_replies import QuickReply, chosen

MOST_SAID = 50
RECENT = 3
"""Messages of a flow that are known again when their platform tells of them."""
LINK = re.compile(r"https?://\S+")

End = Literal["finished", "handed_over"]


@dataclass(frozen=True)
class Move:
    """What comes of a message: the `step` to say now, or the fallback and then the same step again.

    `leaves` is where the conversation is then; nothing when the flow is over, which `end` and `reason` tell.
    """

    step: FlowStep | None
    fallback: bool = False
    button: FlowButton | None = None
    leaves: InFlow | None = None
    end: End | None = None
    reason: str | None = None


def owns(case: Case, now: datetime) -> bool:
    """Whether a flow has the conversation: what the customer writes goes to it first."""
    return case.flow is not None and now < case.flow.until


def begun(flow_id: str, flow: Flow, now: datetime) -> InFlow:
    """A conversation at the first step."""
    return InFlow(flow_id=flow_id, step=flow.steps[0].id, until=_until(flow, now))


def step_on(at: InFlow, flow: Flow | None, case_id: str, mention: Mention, now: datetime) -> Move:
    """What comes of the customer's message. The flow is as it is now; nothing if it was deleted."""
    step = flow.step(_clicked_step(at, case_id, mention)) if flow else None
    if flow is None or step is None:
        return _over("the flow was changed: what the customer answered is no longer in it")
    place = chosen(_said(mention), [button.title for button in step.buttons])
    if place is None:
        return _not_understood(at, flow, step, now)
    if at.said >= MOST_SAID:
        return _over(f"the flow has sent {at.said} messages, which is the most")
    return _follow(at, flow, step.buttons[place], now)


def buttons(step: FlowStep, flow_id: str, case_id: str) -> tuple[QuickReply, ...]:
    """The buttons of a step as platforms have them."""
    payload = f"flow/{case_id}/{flow_id}/{step.id}"
    return tuple(QuickReply(title=button.title, payload=payload) for button in step.buttons)


def handed(case: Case, move: Move) -> dict[str, object]:
    """Who has the conversation after a move, as it stands in the case."""
    flow_id = case.flow.flow_id if case.flow else None
    if move.leaves:
        return {"flow": move.leaves, "handled_by": HandledBy(type="flow", flow_id=flow_id)}
    return {"flow": None, "handled_by": HandledBy(type="agent") if move.end == "handed_over" else None}


def fingerprint(text: str) -> str:
    """What a text is known by when its platform tells of it, which may have changed its links."""
    return digest(" ".join(LINK.sub("", text).split()))


def saying(state: InFlow, text: str) -> InFlow:
    """The state, which remembers what was said last."""
    return state.model_copy(update={"recent": (*state.recent, fingerprint(text))[-RECENT:]})


def _said(mention: Mention) -> str:
    clicked = mention.clicked_buttons
    return clicked[0].title if clicked else mention.message.content


def _clicked_step(at: InFlow, case_id: str, mention: Mention) -> str:
    """The step whose button was clicked, which may be an earlier one; or else the last."""
    begins = f"flow/{case_id}/{at.flow_id}/"
    found = (each.payload for each in mention.clicked_buttons if each.payload.startswith(begins))
    return next((payload.removeprefix(begins) for payload in found), at.step)


def _follow(at: InFlow, flow: Flow, button: FlowButton, now: datetime) -> Move:
    step = flow.step(button.next) if button.next else None
    if button.hand_over:
        return Move(step, button=button, end="handed_over", reason="the customer asked for an agent")
    if button.ends or step is None or not step.buttons:
        return Move(step, button=button, end="finished", reason="the flow is at its end")
    left = at.model_copy(
        update={"step": step.id, "until": _until(flow, now), "said": at.said + 1, "fell_back": False}
    )
    return Move(step, button=button, leaves=left)


def _not_understood(at: InFlow, flow: Flow, step: FlowStep, now: datetime) -> Move:
    if at.fell_back or at.said >= MOST_SAID:
        return _over("the customer answered something else, and not for the first time")
    left = at.model_copy(
        update={"step": step.id, "until": _until(flow, now), "said": at.said + 1, "fell_back": True}
    )
    return Move(step, fallback=True, leaves=left)


def _over(reason: str) -> Move:
    return Move(None, end="handed_over", reason=reason)


def _until(flow: Flow, now: datetime) -> datetime:
    return now + timedelta(minutes=flow.minutes)
