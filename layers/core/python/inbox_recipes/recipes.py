"""Recipes: trigger, topics, filter, hours, ordered actions, mode (design section 4, "Recipe")."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions import ACTIONS, AnyAction
from inbox_recipes.actions.base import offers
from inbox_recipes.filters import Filter
from inbox_recipes.inbox import Frozen, Time, TopicId
from inbox_recipes.people import Id, Name
from inbox_recipes.triggers import Trigger

Mode = Literal["disabled", "shadow", "enabled"]


class Hours(Frozen):
    """When a recipe may act: always, or during or outside a schedule's business hours (A41)."""

    when: Literal["always", "during", "outside"] = "always"
    schedule_id: Id | None = None

    @model_validator(mode="after")
    def _names_a_schedule(self) -> "Hours":
        if (self.when == "always") == (self.schedule_id is None):
            return self
        detail = "'during' and 'outside' need a schedule; 'always' takes none."
        raise PydanticCustomError(
            "refused", "{detail}", {"key": "schedule_id", "detail": detail, "allowed": []}
        )


class RecipeDefinition(Frozen):
    """What a person writes."""

    name: Name
    trigger: Trigger
    topics: Annotated[tuple[TopicId, ...], Field(min_length=1, max_length=1000)]
    filter: Filter | None = None
    hours: Hours = Hours()
    actions: Annotated[tuple[AnyAction, ...], Field(min_length=1, max_length=50)]
    mode: Mode = "disabled"

    @model_validator(mode="after")
    def _offers_its_actions(self) -> "RecipeDefinition":
        for position, action in enumerate(self.actions):
            refusal = action.refusal(self.trigger)
            if refusal:
                wanted = set(offers(self.trigger))
                offered = [tag for tag, each in ACTIONS.items() if wanted <= each.offered_on]
                raise PydanticCustomError(
                    "refused",
                    "{detail}",
                    {"key": f"actions/{position}", "detail": refusal, "allowed": offered},
                )
            for key, detail in action.misplaced(self.trigger):
                raise PydanticCustomError(
                    "refused",
                    "{detail}",
                    {"key": f"actions/{position}/{key}", "detail": detail, "allowed": []},
                )
        if self.actions[-1].type == "wait":
            detail = "A wait needs an action after it."
            key = f"actions/{len(self.actions) - 1}"
            raise PydanticCustomError("refused", "{detail}", {"key": key, "detail": detail, "allowed": []})
        return self


class Recipe(RecipeDefinition):
    """A recipe as it is stored: `version` rises with every change.

    `on_since` is when it last began to decide (enabled or shadow): what happened earlier is none of
    its business (A34).
    """

    id: Id
    version: int
    on_since: Time | None

    @property
    def is_on(self) -> bool:
        """Whether the recipe decides about new occurrences."""
        return self.mode != "disabled"
