"""All actions, one line each; the catalog, the JSON schema and the API derive from this union."""

from typing import Annotated, get_args

from pydantic import Field

from inbox_recipes.actions.add_tags import AddTags
from inbox_recipes.actions.assign import Assign
from inbox_recipes.actions.assign_case import AssignCase
from inbox_recipes.actions.base import Action
from inbox_recipes.actions.edit import EditProperty
from inbox_recipes.actions.notify import Notify
from inbox_recipes.actions.remove_from_service import RemoveFromService
from inbox_recipes.actions.remove_tags import RemoveTags
from inbox_recipes.actions.reply import Reply
from inbox_recipes.actions.resolve import Resolve
from inbox_recipes.actions.send_private_reply import SendPrivateReply
from inbox_recipes.actions.send_public_reply import SendPublicReply
from inbox_recipes.actions.set_case_pending import SetCasePending
from inbox_recipes.actions.set_case_status import SetCaseStatus
from inbox_recipes.actions.smart_assign import SmartAssign
from inbox_recipes.actions.tag_case import TagCase
from inbox_recipes.actions.wait import WaitAction
from inbox_recipes.actions.webhook import Webhook

__all__ = ["ACTIONS", "Action", "AnyAction"]

AnyAction = Annotated[
    AddTags
    | Assign
    | AssignCase
    | EditProperty
    | Notify
    | RemoveFromService
    | RemoveTags
    | Reply
    | Resolve
    | SendPrivateReply
    | SendPublicReply
    | SetCasePending
    | SetCaseStatus
    | SmartAssign
    | TagCase
    | WaitAction
    | Webhook,
    Field(discriminator="type"),
]  # fmt: skip

ACTIONS: dict[str, type[Action]] = {
    get_args(action.model_fields["type"].annotation)[0]: action for action in get_args(get_args(AnyAction)[0])
}
"""Action class by its tag."""
