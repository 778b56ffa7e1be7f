"""What the log says of a failure: its kind, its code and where, never its text (R9). What alarms count."""

import json

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from inbox_recipes.adapters.notices import AlarmNotices
from inbox_recipes.endpoints import Endpoint
from inbox_recipes.observability import log_failure, metrics
from tests.builders import a_recipe


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "Throttled", "Message": "c4n4ry"}}, "PutItem"), "Throttled"),
        (ConnectionClosedError(endpoint_url="http://c4n4ry"), None),
        (ReadTimeoutError(endpoint_url="http://c4n4ry"), None),
        (ValueError("c4n4ry"), None),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_failure_is_told_by_kind_and_code_also_where_there_was_no_answer(
    caplog: pytest.LogCaptureFixture, error: Exception, code: str | None
) -> None:
    log_failure("it failed", error, message_id="m1")

    [record] = [each for each in caplog.records if each.getMessage() == "it failed"]
    told = vars(record)
    assert (told["error"], told["code"], told["message_id"]) == (type(error).__qualname__, code, "m1")
    assert "c4n4ry" not in json.dumps(told, default=str)


def test_what_people_in_charge_must_know_is_counted_for_their_alarms(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R13: a receiver that we switched off; rows 44-50: removals that wait for a person."""
    monkeypatch.setattr(metrics, "namespace", "InboxRecipesTests")

    @metrics.log_metrics
    def handler(_event: object, _context: object) -> None:
        AlarmNotices().receiver_disabled(Endpoint(id="end_1", url="https://example.com/"))
        AlarmNotices().acts_held(a_recipe(), 20)

    handler({}, None)

    counted = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (counted["ReceiversSwitchedOff"], counted["ModerationHeld"]) == ([1.0], [1.0])
