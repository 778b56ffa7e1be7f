"""Add tags to the case that the new mention is in (rows 56, 57)."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from inbox_recipes.actions.add_tags import tagged
from inbox_recipes.actions.base import Action, Offer, case_of
from inbox_recipes.effects import Effect
from inbox_recipes.inbox import Object, Subject, Tag


class TagCase(Action):
    """A tag that is there already stays (A33); a resolved case receives nothing (A22, A23)."""

    type: Literal["tag_case"]
    tags: Annotated[tuple[Tag, ...], Field(min_length=1, max_length=50)]
    only_on_cases: ClassVar[bool] = True
    offered_on: ClassVar[frozenset[Offer]] = frozenset({"new mention"})
    elsewhere: ClassVar[str] = "It tags the case of a mention that arrives; elsewhere add_tags tags the case."

    def decide(self, subject: Subject, about: Object, now: datetime) -> Effect:
        """Add those of the tags that the case does not have."""
        return tagged(case_of(subject, about), self.tags)
