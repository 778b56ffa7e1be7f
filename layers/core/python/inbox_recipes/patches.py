"""What agents may change of mentions and cases, as it is sent: status, tags, assignment, properties."""

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from inbox_recipes.inbox import CaseStatus, Frozen, Priority, Sentiment, ShortText, Tags

Comment = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
OnceEach = Annotated[tuple[str, ...], AfterValidator(lambda ids: tuple(dict.fromkeys(ids)))]


class AssignmentPatch(Frozen):
    """Who is to handle the item; replaces who did. Nobody at all takes it from everybody.

    `comment` tells them why, in the item's history.
    """

    users: OnceEach = ()
    teams: OnceEach = ()
    comment: Comment | None = None


class _Patch(Frozen):
    """`null` takes a property away; what every item has cannot be taken away."""

    @field_validator("status", "tags", "add_tags", "remove_tags", "assignment", check_fields=False)
    @classmethod
    def _stays(cls, value: object, about: ValidationInfo) -> object:
        if value is None:
            detail = f"{about.field_name} can be changed but not taken away."
            raise PydanticCustomError("refused", "{detail}", {"detail": detail, "allowed": []})
        return value


class MentionPatch(_Patch):
    """What of a mention may be changed. What is not given stays as it is.

    `tags` are all tags from now on; `add_tags` and `remove_tags` leave the others alone.
    """

    status: Literal["new", "done"] | None = None
    tags: Tags | None = None
    add_tags: Tags | None = None
    remove_tags: Tags | None = None
    assignment: AssignmentPatch | None = None
    language: ShortText | None = None
    sentiment: Sentiment | None = None
    category: ShortText | None = None
    country: ShortText | None = None


class CasePatch(_Patch):
    """What of a case may be changed. What is not given stays as it is.

    `tags` are all tags from now on; `add_tags` and `remove_tags` leave the others alone.
    """

    status: CaseStatus | None = None
    tags: Tags | None = None
    add_tags: Tags | None = None
    remove_tags: Tags | None = None
    assignment: AssignmentPatch | None = None
    priority: Priority | None = None
