"""The Surveys and SurveyLinks ports in memory."""

from collections.abc import Iterable
from datetime import datetime

from inbox_recipes.feedback import CaseSurvey, Survey, Wording
from inbox_recipes.survey_links import token
from tests.fakes.store import Store

SURVEY_KEY = b"k" * 48


class FakeSurveyLinks:
    """Links as the adapter makes them."""

    def of(self, survey: Survey) -> str:
        return f"https://care.example/surveys/{token(survey, SURVEY_KEY)}"


class FakeSurveys:
    """Surveys as the transactions of the store have left them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, survey_id: str) -> tuple[CaseSurvey, Wording] | None:
        if survey_id not in self._store.surveys or survey_id not in self._store.wordings:
            return None
        return self._store.surveys[survey_id], self._store.wordings[survey_id]

    def asked_between(self, since: datetime, until: datetime) -> Iterable[CaseSurvey]:
        found = (each for each in self._store.surveys.values() if since <= each.survey.asked_at < until)
        return sorted(found, key=lambda each: (each.survey.asked_at, each.survey.id))
