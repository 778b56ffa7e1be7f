"""The account's list of categories (A27)."""

from typing import Annotated

from pydantic import StringConstraints

from inbox_recipes.inbox import Frozen


class Category(Frozen):
    """A value that the category of a mention may have; mentions and recipes know it by its name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
