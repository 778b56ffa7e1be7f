"""Remove tags from the case (rows 86, 97)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from inbox_recipes.actions.base import CASE_UPDATES, Action, Offer, case_of
from inbox_recipes.effects import Change, Edit, Effect, Nothing
from inbox_recipes.inbox import Object, Subject, Tag


class RemoveTags(Action):
    """A tag that is not there is left alone (A33); capitals make no difference."""

    type: Literal["remove_tags"]
    tags: Annotated[tuple[Tag, ...], Field(min_length=1, max_length=50)]
    only_on_cases: ClassVar[bool] = True
    offered_on: ClassVar[frozenset[Offer]] = CASE_UPDATES
    elsewhere: ClassVar[str] = "What has just arrived has no tags of earlier work to remove."

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Remove those of the tags that are there."""
        case = case_of(subject, about)
        if isinstance(case, Nothing):
            return case
        unwanted = {tag.casefold() for tag in self.tags}
        there = tuple(tag for tag in case.tags if tag.casefold() in unwanted)
        if not there:
            return Nothing("the tags are not there", {"tags": list(self.tags)})
        return Change((Edit(case, remove_tags=there, detail={"removed": list(there)}),))
