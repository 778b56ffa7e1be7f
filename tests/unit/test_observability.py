"""What the log says of a failure: its kind, its code and where, never its text (R9)."""

import json

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from inbox_recipes.observability import log_failure


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
