"""The Notices port: a line in the log, and a metric whose alarm writes to the people in charge."""

from inbox_recipes.endpoints import Endpoint
from inbox_recipes.observability import count, logger
from inbox_recipes.recipes import Recipe


class AlarmNotices:
    """The template's alarms watch the metrics that are counted here."""

    def receiver_disabled(self, endpoint: Endpoint) -> None:
        """A receiver was switched off by us."""
        logger.warning(
            "a webhook receiver was switched off", endpoint_id=endpoint.id, failures=endpoint.failures
        )
        count("ReceiversSwitchedOff")

    def acts_held(self, recipe: Recipe, most_per_hour: int) -> None:
        """A recipe has reached its ceiling: what it would remove from a platform waits for a person."""
        logger.warning("removals are held for a person", recipe_id=recipe.id, most_per_hour=most_per_hour)
        count("ModerationHeld")
