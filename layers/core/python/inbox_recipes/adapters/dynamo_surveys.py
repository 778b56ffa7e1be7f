"""The Surveys port on DynamoDB, over the Ledger table."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inbox_recipes.adapters import keys
from inbox_recipes.adapters.attribute_values import plain, typed
from inbox_recipes.clock import stamp
from inbox_recipes.feedback import CaseSurvey, Wording

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoSurveys:
    """Surveys by their id, and by the day on which they were asked."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, survey_id: str) -> tuple[CaseSurvey, Wording] | None:
        """A survey and what it asked, read consistently."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=typed({":pk": keys.survey(survey_id)["pk"]}),
            ConsistentRead=True,
        )
        items = {each["entity"]: each for each in map(plain, answer["Items"]) if keys.is_kept(each)}
        if items.keys() < {"survey", "wording"}:
            return None
        kept = CaseSurvey.model_validate_json(items["survey"]["survey"])
        return kept, Wording.model_validate_json(items["wording"]["wording"])

    def asked_between(self, since: datetime, until: datetime) -> Iterator[CaseSurvey]:
        """The surveys that were asked in that time, oldest first."""
        day = since.date()
        while day <= until.date():
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="listing",
                KeyConditionExpression="list_key = :day AND list_at BETWEEN :since AND :until",
                ExpressionAttributeValues=typed(
                    {":day": f"survey#{day}", ":since": stamp(since), ":until": stamp(until)}
                ),
            )
            for page in pages:
                for item in filter(keys.is_kept, map(plain, page["Items"])):
                    yield CaseSurvey.model_validate_json(item["survey"])
            day += timedelta(days=1)
