"""Topics: the unit of tracking and of recipe scope; each belongs to a project (domain 1.1)."""

from inbox_recipes.inbox import Frozen, ProjectRef
from inbox_recipes.people import Id, Name


class Topic(Frozen):
    """What the account listens to. Mentions of a topic that is not listed are refused.

    `schedule_id` names the business hours that its mentions and cases are measured by (`_during_bh`), if
    not the account's usual ones.
    """

    name: Name
    project: ProjectRef | None = None
    schedule_id: Id | None = None
