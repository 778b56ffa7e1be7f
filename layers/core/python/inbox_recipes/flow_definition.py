"""Flows: steps with buttons, each of which leads on (domain 6; row 90). What one is, and what is refused.

How a conversation goes through one is in `flow_walk`.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.cases import CaseStatus
from inbox_recipes.item_parts import Frozen, Tags
from inbox_recipes.people import Id
from inbox_recipes.prewritten import PrewrittenText
from inbox_recipes.quick_replies import MOST_BUTTONS, TOLD_APART, Title

MOST_STEPS = 50
DEEPEST = 20
"""Clicks from the first step to the farthest."""


class FlowButton(Frozen):
    """What a click does: tags the case, sets its status, sends the step `next`, hands over to an agent.

    A button without `next` ends the flow; so does one that resolves or hands over, whose next step is then
    the last word and has no buttons.
    """

    title: Title
    next: Id | None = None
    tags: Tags = ()
    status: CaseStatus | None = None
    hand_over: StrictBool = False

    @property
    def ends(self) -> bool:
        """Whether the flow is over after it."""
        return self.next is None or self.hand_over or self.status == "resolved"


class FlowStep(Frozen):
    """A message: its own `text`, or that of a prepared message (`response_id`); and what can be answered.

    A step without buttons ends the flow.
    """

    id: Id
    text: PrewrittenText | None = None
    response_id: Id | None = None
    buttons: Annotated[tuple[FlowButton, ...], Field(max_length=MOST_BUTTONS), TOLD_APART] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> "FlowStep":
        if (self.text is None) == (self.response_id is None):
            raise _refused("A step has a text of its own, or the id of a prepared message.", "text")
        return self


class Flow(Frozen):
    """Steps, of which the first begins. `fallback` is said once to whoever answers something else.

    If no button is chosen in `minutes` after a step, the flow is over.
    """

    type: Literal["flow"]
    steps: Annotated[tuple[FlowStep, ...], Field(min_length=1, max_length=MOST_STEPS)]
    fallback: PrewrittenText
    minutes: Annotated[int, Field(ge=1, le=7 * 24 * 60)] = 24 * 60

    def step(self, step_id: str) -> FlowStep | None:
        """The step with that id, if there is one."""
        return next((step for step in self.steps if step.id == step_id), None)

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Flow":
        ids = [step.id for step in self.steps]
        for place, step in enumerate(self.steps):
            if step.id in ids[:place]:
                raise _refused(f"There is another step {step.id!r}.", f"steps/{place}/id")
            for at, button in enumerate(step.buttons):
                self._check(button, f"steps/{place}/buttons/{at}/next", ids)
        if not self.steps[0].buttons:
            raise _refused("The first step needs buttons: a text alone is a message.", "steps/0/buttons")
        self._check_reach(ids)
        return self

    def _check(self, button: FlowButton, at: str, ids: Sequence[str]) -> None:
        if button.next is None:
            return
        step = self.step(button.next)
        if step is None:
            raise _refused(f"There is no step {button.next!r}.", at, ids)
        if button.ends and step.buttons:
            detail = f"The flow is over with this button: the step {step.id!r} cannot have buttons."
            raise _refused(detail, at, [each.id for each in self.steps if not each.buttons])

    def _check_reach(self, ids: Sequence[str]) -> None:
        clicks = dict(self._clicks())
        for place, step_id in enumerate(ids):
            if step_id not in clicks:
                raise _refused(f"No button leads to the step {step_id!r}.", f"steps/{place}/id")
            if clicks[step_id] > DEEPEST:
                detail = f"This is {clicks[step_id]} clicks from the first step, and {DEEPEST} is the most."
                raise _refused(detail, f"steps/{place}/id")

    def _clicks(self) -> Iterator[tuple[str, int]]:
        """Every step that can be reached, and how many clicks it takes."""
        reached, seen = [self.steps[0].id], {self.steps[0].id}
        clicks = 0
        while reached:
            yield from ((step_id, clicks) for step_id in reached)
            leads = (button.next for each in reached if (step := self.step(each)) for button in step.buttons)
            reached = [each for each in dict.fromkeys(leads) if each is not None and each not in seen]
            seen.update(reached)
            clicks += 1


def _refused(detail: str, key: str, allowed: Sequence[str] = ()) -> PydanticCustomError:
    return PydanticCustomError(
        "refused", "{detail}", {"key": key, "detail": detail, "allowed": list(allowed)}
    )
