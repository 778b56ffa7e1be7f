"""Edit one property of what arrived: country, language, sentiment, category, priority (rows 33-37)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.actions.base import ARRIVALS, Action, Offer
from inbox_recipes.effects import Change, Edit, Effect, Nothing
from inbox_recipes.inbox import Case, Mention, Object, Priority, Sentiment, Subject
from inbox_recipes.triggers import Arrival, Trigger

Property = Literal["country", "language", "sentiment", "category", "priority"]
ALLOWED = {"sentiment": get_args(Sentiment), "priority": get_args(Priority)}


class EditProperty(Action):
    """One property per action; a second property takes a second edit (row 60)."""

    type: Literal["edit"]
    property: Property
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS
    elsewhere: ClassVar[str] = "Properties are edited once, when something arrives."

    @model_validator(mode="after")
    def _value_is_allowed(self) -> "EditProperty":
        allowed = ALLOWED.get(self.property)
        if allowed is None or self.value in allowed:
            return self
        detail = f"{self.property} cannot be {self.value!r}."
        raise PydanticCustomError(
            "refused", "{detail}", {"key": "value", "detail": detail, "allowed": list(allowed)}
        )

    def acts_on(self, about: Object) -> Object:
        """Priority belongs to cases, the rest to mentions."""
        return "case" if self.property == "priority" else "mention"

    def refusal(self, trigger: Trigger) -> str | None:
        """Priority belongs to cases only (row 37), the other four to mentions."""
        objects = trigger.objects if isinstance(trigger, Arrival) else ()
        if self.property == "priority" and "mention" in objects:
            return 'priority is a property of cases: the trigger needs "objects": ["case"].'
        if self.property != "priority" and "case" in objects:
            return f'{self.property} is a property of mentions: the trigger needs "objects": ["mention"].'
        return super().refusal(trigger)

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Put the value, unless it is there already."""
        item: Mention | Case | None = subject.case if self.property == "priority" else subject.mention
        if item is None:
            return Nothing(f"there is nothing with a {self.property} here")
        had = item.priority if isinstance(item, Case) else _mention_property(item, self.property)
        if had == self.value:
            return Nothing(f"{self.property} is already {self.value}")
        detail = {"property": self.property, "value": self.value, "previous": had}
        return Change((Edit(item, put={self.property: self.value}, detail=detail),))


def _mention_property(mention: Mention, name: str) -> str | None:
    values = {
        "country": mention.location.country,
        "language": mention.message.language,
        "sentiment": mention.message.sentiment,
        "category": mention.message.category,
    }
    return values[name]
