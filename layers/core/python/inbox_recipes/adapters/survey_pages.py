"""The SurveyLinks port: addresses under the API's own, or under a domain that leads to it."""

from collections.abc import Callable

from inbox_recipes.feedback import Survey
from inbox_recipes.survey_links import token


class SurveyPages:
    """`address` is what the pages' addresses begin with; the first of the keys signs."""

    def __init__(self, address: str, keys: Callable[[], tuple[bytes, ...]]) -> None:
        self._address = address.rstrip("/")
        self._keys = keys

    def of(self, survey: Survey) -> str:
        """The address of a survey's page."""
        return f"{self._address}/{token(survey, self._keys()[0])}"
