"""Topics: the unit of tracking and of recipe scope; each belongs to a project (domain 1.1)."""

from inbox_recipes.inbox import Frozen, ProjectRef
from inbox_recipes.people import Name


class Topic(Frozen):
    """What the account listens to. Mentions of a topic that is not listed are refused."""

    name: Name
    project: ProjectRef | None = None
