"""Add tags to the mention or the case (rows 52, 53, 83, 94)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from inbox_recipes.actions.base import ARRIVALS, CASE_UPDATES, Action, Offer, offers, target
from inbox_recipes.effects import Change, Edit, Effect, Nothing
from inbox_recipes.inbox import Case, Mention, Object, Subject, Tag
from inbox_recipes.triggers import Arrival, Trigger


class AddTags(Action):
    """`target` is what the recipe is about when it is not given.

    A tag already there stays (A33); capitals make no difference.
    """

    type: Literal["add_tags"]
    tags: Annotated[tuple[Tag, ...], Field(min_length=1, max_length=50)]
    target: Object | None = None
    offered_on: ClassVar[frozenset[Offer]] = ARRIVALS | CASE_UPDATES

    def acts_on(self, about: Object) -> Object:
        """The target, or what the recipe is about."""
        return self.target or about

    def refusal(self, trigger: Trigger) -> str | None:
        """On arrival the item that arrived is tagged; its related case is `tag_case`'s business."""
        if isinstance(trigger, Arrival) and self.target not in (None, *trigger.objects):
            return f"A recipe on {' and '.join(offers(trigger))} tags what arrived, not the {self.target}."
        return super().refusal(trigger)

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Add those of the tags that are not there yet."""
        return tagged(target(subject, self.target or about, about), self.tags)


def tagged(item: Mention | Case | Nothing, tags: tuple[str, ...]) -> Effect:
    """Add those of the tags that are not there yet; capitals make no other tag (A33)."""
    if isinstance(item, Nothing):
        return item
    there = {tag.casefold() for tag in item.tags}
    wanted = {tag.casefold(): tag for tag in tags}
    new = tuple(tag for folded, tag in wanted.items() if folded not in there)
    if not new:
        return Nothing("the tags are already there", {"tags": list(tags)})
    return Change((Edit(item, add_tags=new, detail={"added": list(new)}),))
