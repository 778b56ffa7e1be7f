"""template.yaml keeps what the design promises: roles, dead letters, scopes, protection."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from functions.executor.app import ENOUGH_MILLISECONDS
from inbox_recipes.adapters.deadlines import ENDING_SECONDS
from inbox_recipes.adapters.http_sender import TOTAL_SECONDS
from inbox_recipes.ids import digest
from inbox_recipes.roles import BUILT_IN
from inbox_recipes.settings import (
    ApiSettings,
    EvaluatorSettings,
    ExecutorSettings,
    IngestSettings,
    Settings,
)
from tools.bring_back import HOLDS_DATA, KNOWN_BY

REPOSITORY = Path(__file__).parents[2]
FORTNIGHT = 14 * 24 * 3600


class TemplateLoader(yaml.SafeLoader):
    """Reads `!Ref Name` as {"Ref": "Name"}, `!GetAtt A.B` as {"GetAtt": "A.B"}, and so on."""


def _tagged(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            return {tag: loader.construct_scalar(node)}
        case yaml.SequenceNode():
            return {tag: loader.construct_sequence(node, deep=True)}
        case yaml.MappingNode():
            return {tag: loader.construct_mapping(node, deep=True)}
    raise AssertionError(node)


TemplateLoader.add_multi_constructor("!", _tagged)
TEMPLATE = yaml.load((REPOSITORY / "template.yaml").read_text(), TemplateLoader)  # noqa: S506
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, Any]:
    """Name -> properties of every resource of one type."""
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


def named(reference: Any) -> str:
    """The resource that a !Ref, a !GetAtt or a !Sub speaks of."""
    ((_, value),) = reference.items()
    return str(value).removeprefix("${").split(".", maxsplit=1)[0].split("}", maxsplit=1)[0]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def on_aws(value: Any) -> Any:
    """What a `!If [OnAws, ...]` says on AWS; anything else as it is."""
    return value["If"][1] if isinstance(value, dict) and value.get("If", [""])[0] == "OnAws" else value


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
TABLES = of_type("AWS::DynamoDB::Table")
ALARMS = of_type("AWS::CloudWatch::Alarm")
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in RESOURCES["Api"]["Properties"]["DefinitionBody"]["paths"].items()
    for method, operation in methods.items()
}
CONSUMED = {
    f"{function}.{name}": (function, event["Properties"])
    for function, properties in FUNCTIONS.items()
    for name, event in properties.get("Events", {}).items()
    if event["Type"] == "SQS"
}

LOGGED_IN = {
    name: operation for name, operation in OPERATIONS.items() if operation["security"] != [{"NONE": []}]
}

SETTINGS: dict[str, type[Settings]] = {
    "ApiFunction": ApiSettings,
    "IngestFunction": IngestSettings,
    "EvaluatorFunction": EvaluatorSettings,
    "ExecutorFunction": ExecutorSettings,
}

# What each role may do, and nothing else (R22). A change here is a change to review.
READ = {"dynamodb:GetItem", "dynamodb:Query"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TRACES = {"*": {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}}
QUEUE = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "sqs:SendMessage",
}
MAY: dict[str, dict[str, set[str]]] = {
    "ApiRole": {
        "Recipes": READ | {"dynamodb:PutItem", "dynamodb:DeleteItem"},
        "Inbox": {
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
        },
        "Inbox/index/by_topic": {"dynamodb:Query"},
        "Inbox/index/by_contact": {"dynamodb:Query"},
        "Ledger/index/listing": {"dynamodb:Query"},
        "Ledger": READ | {"dynamodb:PutItem"},
        "RetryQueue": {"sqs:SendMessage"},
        "RunsQueue": {"sqs:SendMessage"},
        "secret:${AWS::StackName}/credentials/*": {
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
        },
        "SigningSecret": {
            "secretsmanager:DescribeSecret",
            "secretsmanager:PutSecretValue",
            "secretsmanager:TagResource",
            "secretsmanager:UntagResource",
        },
        "SurveySecret": {"secretsmanager:GetSecretValue"},
        "ApiFunctionLogs": LOGS,
        "*": TRACES["*"] | {"sns:CreatePlatformEndpoint", "sns:SetEndpointAttributes", "sns:DeleteEndpoint"},
    },
    "IngestRole": {
        "Recipes": READ,
        "Inbox": {
            "dynamodb:BatchGetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:ConditionCheckItem",
        },
        "Ledger": {"dynamodb:PutItem"},
        "IngestDeadLetters": {"sqs:SendMessage"},
        "secret:${AWS::StackName}/credentials/*": {"secretsmanager:GetSecretValue"},
        "${Mail.Arn}/*": {"s3:GetObject"},
        "IngestFunctionLogs": LOGS,
        **TRACES,
    },
    "EvaluatorRole": {
        "Inbox.StreamArn": {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        },
        "Inbox": {"dynamodb:BatchGetItem"},
        "Inbox/index/by_topic": {"dynamodb:Query"},
        "Recipes": READ,
        "Ledger": READ | {"dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:BatchGetItem"},
        "Ledger/index/listing": {"dynamodb:Query"},
        "RunsQueue": {"sqs:SendMessage"},
        "StreamFailures": {"sqs:SendMessage"},
        "EvaluatorFunctionLogs": LOGS,
        "*": TRACES["*"] | {"dynamodb:ListStreams"},
    },
    "ExecutorRole": {
        "RunsQueue": QUEUE,
        "RetryQueue": QUEUE,
        "Inbox": {
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
            "dynamodb:PutItem",
            "dynamodb:DeleteItem",
            "dynamodb:ConditionCheckItem",
        },
        "Inbox/index/by_contact": {"dynamodb:Query"},
        "Ledger/index/listing": {"dynamodb:Query"},
        "IngestDeadLetters": {
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:ChangeMessageVisibility",
        },
        "Recipes": READ,
        "Ledger": READ
        | {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"},
        "identity/*": {"ses:SendEmail", "ses:SendRawEmail"},
        "endpoint/*": {"sns:Publish"},
        "schedule/default/${Unique}-*": {"scheduler:CreateSchedule"},
        "ScheduleRole": {"iam:PassRole"},
        "SurveySecret": {"secretsmanager:GetSecretValue"},
        "SigningSecret": {"secretsmanager:GetSecretValue"},
        "secret:${AWS::StackName}/credentials/*": {"secretsmanager:GetSecretValue"},
        "ExecutorFunctionLogs": LOGS,
        **TRACES,
    },
    "ScheduleRole": {"RunsQueue": {"sqs:SendMessage"}, "ScheduleDeadLetters": {"sqs:SendMessage"}},
}


def resource_words(reference: Any) -> str:
    """A resource of a statement, in the short words of the table above."""
    if isinstance(reference, str):
        return reference
    ((how, value),) = reference.items()
    if how == "Sub":
        return (
            str(listed(value)[0])
            .replace("${Inbox.Arn}", "Inbox")
            .replace("${Ledger.Arn}", "Ledger")
            .split("${AWS::AccountId}:")[-1]
        )
    return str(value).removesuffix(".Arn").removesuffix(".Id")


def allowed(role: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for policy in RESOURCES[role]["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            for resource in listed(statement["Resource"]):
                found.setdefault(resource_words(resource), set()).update(listed(statement["Action"]))
    return found


def test_every_folder_of_functions_is_one_function_of_the_template() -> None:
    folders = {entry.parent.name for entry in (REPOSITORY / "functions").glob("*/app.py")}

    assert sorted(folders) == sorted(Path(properties["CodeUri"]).name for properties in FUNCTIONS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_what_its_settings_ask_for_and_nothing_else(name: str) -> None:
    told = {
        *TEMPLATE["Globals"]["Function"]["Environment"]["Variables"],
        *FUNCTIONS[name]["Environment"]["Variables"],
    }

    ours = {each for each in told if not each.startswith(("POWERTOOLS_", "PYDANTIC_"))}
    assert ours == {field.upper() for field in SETTINGS.get(name, Settings).model_fields}


def test_every_function_has_a_role_and_a_log_of_its_own() -> None:
    """R22."""
    roles = {named(properties["Role"]) for properties in FUNCTIONS.values()}
    logs = {named(properties["LoggingConfig"]["LogGroup"]) for properties in FUNCTIONS.values()}

    assert len(roles) == len(logs) == len(FUNCTIONS)
    assert all("RetentionInDays" in RESOURCES[log]["Properties"] for log in logs)


@pytest.mark.parametrize("role", MAY)
def test_a_role_may_do_what_was_reviewed_and_nothing_else(role: str) -> None:
    """R22."""
    assert allowed(role) == MAY[role]
    assert not any("*" in action for actions in allowed(role).values() for action in actions)
    assert "ManagedPolicyArns" not in RESOURCES[role]["Properties"]


def test_every_role_of_the_template_was_reviewed() -> None:
    """R22. The one that AWS describes itself only lets API Gateway write its log."""
    assert set(of_type("AWS::IAM::Role")) == {*MAY, "ApiLogsWriter"}


def test_a_schedules_name_fits_whatever_the_stack_is_called() -> None:
    """R5. AWS takes 64 characters; a stack's unique id is a UUID, and `digest` gives the rest."""
    prefix, parts = FUNCTIONS["ExecutorFunction"]["Environment"]["Variables"]["SCHEDULE_PREFIX"]["Sub"]

    assert parts == {"Unique": {"Select": [2, {"Split": ["/", {"Ref": "AWS::StackId"}]}]}}
    assert len(prefix.replace("${Unique}", str(UUID(int=0))) + digest("any")) <= 64


def test_only_the_scheduler_is_handed_the_schedule_role() -> None:
    """R22."""
    (policy,) = RESOURCES["ExecutorRole"]["Properties"]["Policies"]
    (statement,) = (
        each for each in policy["PolicyDocument"]["Statement"] if each["Action"] == "iam:PassRole"
    )

    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}


@pytest.mark.parametrize(("table", "partitions"), [("Ledger", "NOTIFY#*"), ("Inbox", "CONTACT#*")])
def test_the_executor_deletes_what_waits_for_a_notification_and_contacts_of_cases_and_nothing_else(
    table: str, partitions: str
) -> None:
    """R22, R23: lines of the history stay."""
    (policy,) = RESOURCES["ExecutorRole"]["Properties"]["Policies"]
    (statement,) = (
        each
        for each in policy["PolicyDocument"]["Statement"]
        if "dynamodb:DeleteItem" in each["Action"] and resource_words(each["Resource"]) == table
    )

    assert statement["Action"] == "dynamodb:DeleteItem"
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [partitions]}}


@pytest.mark.parametrize("name", CONSUMED)
def test_a_queue_hides_a_message_long_enough_and_ends_in_dead_letters(name: str) -> None:
    """R7."""
    function, event = CONSUMED[name]
    queue = QUEUES[named(event["Queue"])]
    dead_letters = QUEUES[named(queue["RedrivePolicy"]["deadLetterTargetArn"])]

    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS[function]["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert dead_letters.get("FifoQueue") == queue.get("FifoQueue")
    assert dead_letters["MessageRetentionPeriod"] == FORTNIGHT


@pytest.mark.parametrize("name", ["Runs", "Retries"])
def test_a_batch_of_slow_calls_fits_into_the_executors_time(name: str) -> None:
    """R14: a function that is killed reports nothing, and what it was sending is unknown."""
    executor = FUNCTIONS["ExecutorFunction"]
    batch = executor["Events"][name]["Properties"]["BatchSize"]

    assert batch * (TOTAL_SECONDS + ENDING_SECONDS) + ENOUGH_MILLISECONDS / 1000 <= executor["Timeout"]


def test_the_runs_queue_orders_each_conversation_by_itself() -> None:
    """R4. A due wait has no deduplication id, so the queue makes one from the content."""
    queue = QUEUES["RunsQueue"]

    assert queue["FifoQueue"] is True
    assert queue["DeduplicationScope"] == "messageGroup"
    assert queue["FifoThroughputLimit"] == "perMessageGroupId"
    assert queue["ContentBasedDeduplication"] is True


def test_the_stream_wakes_the_evaluator_for_mentions_and_cases_only_and_gives_up_in_time() -> None:
    """R7."""
    event = FUNCTIONS["EvaluatorFunction"]["Events"]["InboxChanged"]["Properties"]

    assert [each["Pattern"] for each in event["FilterCriteria"]["Filters"]] == [
        '{"dynamodb":{"NewImage":{"entity":{"S":["mention","case"]}}}}'
    ]
    assert event["BisectBatchOnFunctionError"] is True
    assert event["MaximumRetryAttempts"] == 3
    assert event["MaximumRecordAgeInSeconds"] == 3600
    assert named(event["DestinationConfig"]["OnFailure"]["Destination"]) == "StreamFailures"


def test_an_event_of_the_bus_that_is_not_ingested_is_kept() -> None:
    """R1. Whether the function was never reached, or failed each time."""
    function = FUNCTIONS["IngestFunction"]
    rule = function["Events"]["MentionReceived"]["Properties"]
    failed = function["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]

    assert named(rule["DeadLetterConfig"]["Arn"]) == "IngestDeadLetters"
    assert named(failed["Destination"]) == "IngestDeadLetters"
    assert QUEUES["IngestDeadLetters"]["MessageRetentionPeriod"] == FORTNIGHT


def test_only_platforms_and_customers_with_a_link_call_without_a_login() -> None:
    """R11, R15. A signature tells who a platform is; a signed link leads to one survey (decision 0037)."""
    assert OPERATIONS.keys() - LOGGED_IN.keys() == {
        "GET /platforms/{platform}/webhook",
        "POST /platforms/{platform}/webhook",
        "GET /surveys/{token}",
        "POST /surveys/{token}",
    }


def test_pages_without_a_login_are_held_back_before_the_rest() -> None:
    """R16."""
    settings = RESOURCES["Api"]["Properties"]["MethodSettings"]
    limits = {
        each["HttpMethod"]: (each["ThrottlingRateLimit"], each["ThrottlingBurstLimit"])
        for each in settings
        if each["ResourcePath"] == "/~1surveys~1{token}"
    }
    assert limits == {"GET": (20, 40), "POST": (20, 40)}


def test_too_many_calls_are_refused_before_any_function_and_told_when_to_come_again() -> None:
    """R16."""
    api = RESOURCES["Api"]["Properties"]
    [everything] = [each for each in api["MethodSettings"] if each["ResourcePath"] == "/*"]
    refused = api["GatewayResponses"]["THROTTLED"]

    assert everything["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
    assert everything["ThrottlingBurstLimit"] == {"Ref": "ApiBurstLimit"}
    assert refused["StatusCode"] == 429
    assert refused["ResponseParameters"]["Headers"]["Retry-After"] == "'1'"
    assert refused["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"


def test_so_many_executors_read_a_queue_at_once_and_functions_can_keep_room_for_themselves() -> None:
    """R16."""
    queues = [
        event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        for event in FUNCTIONS["ExecutorFunction"]["Events"].values()
        if event["Type"] == "SQS"
    ]
    assert [on_aws(each) for each in queues] == [{"Ref": "RunConcurrency"}] * 2
    assert TEMPLATE["Globals"]["Function"]["ReservedConcurrentExecutions"] == {
        "If": ["ReservesConcurrency", {"Ref": "ReservedConcurrency"}, {"Ref": "AWS::NoValue"}]
    }


@pytest.mark.parametrize("name", LOGGED_IN)
def test_a_route_names_its_one_scope(name: str) -> None:
    """R15."""
    scopes = {
        f"inbox-recipes/{scope['ScopeName']}" for scope in RESOURCES["ResourceServer"]["Properties"]["Scopes"]
    }
    ((scheme, needed),) = OPERATIONS[name]["security"][0].items()

    assert len(OPERATIONS[name]["security"]) == 1
    assert scheme == RESOURCES["Api"]["Properties"]["Auth"]["DefaultAuthorizer"]
    assert len(needed) == 1
    assert set(needed) <= scopes


def test_a_route_that_only_reads_needs_no_right_to_write() -> None:
    """R8."""
    reads = [name for name in LOGGED_IN if name.startswith("GET ")]

    assert all(OPERATIONS[name]["security"][0]["Cognito"][0].endswith(".read") for name in reads)


def test_mentions_come_in_through_the_ingest_function_and_all_else_goes_to_the_api() -> None:
    behind = {
        name: operation["x-amazon-apigateway-integration"]["uri"]["Sub"].split("${")[-1]
        for name, operation in OPERATIONS.items()
    }

    coming_in = {"POST /mentions", *(name for name in OPERATIONS if "/platforms/" in name)}
    assert all(behind.pop(name).startswith("IngestFunction.Arn}") for name in coming_in)
    assert all(uri.startswith("ApiFunction.Arn}") for uri in behind.values())


def test_the_machine_client_may_ask_for_every_scope() -> None:
    offered = RESOURCES["ResourceServer"]["Properties"]["Scopes"]

    assert sorted(RESOURCES["MachineClient"]["Properties"]["AllowedOAuthScopes"]) == sorted(
        f"inbox-recipes/{scope['ScopeName']}" for scope in offered
    )


def test_people_log_in_without_a_secret_and_may_ask_for_every_scope() -> None:
    """R15. What they may do with it is their role's business (R8)."""
    machine, people = (RESOURCES[name]["Properties"] for name in ("MachineClient", "PeopleClient"))

    assert people["AllowedOAuthScopes"] == ["openid", *machine["AllowedOAuthScopes"]]
    assert people["AllowedOAuthFlows"] == ["code"]
    assert people["GenerateSecret"] is False
    assert RESOURCES["UserPool"]["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_the_groups_of_the_pool_are_the_built_in_roles() -> None:
    """R8."""
    groups = [properties["GroupName"] for properties in of_type("AWS::Cognito::UserPoolGroup").values()]

    assert groups == list(BUILT_IN)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_survives_accidents(name: str) -> None:
    """R21."""
    table = TABLES[name]

    assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    assert on_aws(table["DeletionProtectionEnabled"]) is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["SSESpecification"]["SSEEnabled"] is True


def test_what_holds_data_stays_when_the_stack_goes_and_can_be_brought_back() -> None:
    """R21. What AWS knows each by is written down for all of them; what the region shares stays too."""
    stays = {name: each for name, each in RESOURCES.items() if "DeletionPolicy" in each}
    holds_data = {name for name, each in stays.items() if each["DeletionPolicy"] == HOLDS_DATA}

    assert holds_data == {
        *TABLES, "UserPool", "Viewers", "Contributors", "Editors", "Managers", "Administrators",
        "SigningSecret", "SurveySecret", "Mail",
    }  # fmt: skip
    assert {stays[name]["Type"] for name in holds_data} == set(KNOWN_BY)
    assert {each["UpdateReplacePolicy"] for each in stays.values()} == {"Retain"}
    assert stays.keys() - holds_data == {"ApiLogsWriter", "ApiLogsSetting"}
    assert all("TableName" not in table for table in TABLES.values()), "the next stack could not have it"


def test_only_the_inbox_has_a_stream_and_all_but_the_rule_book_forget() -> None:
    """R20. What expires sets nothing off: see the filter of the stream."""
    assert [name for name, table in TABLES.items() if "StreamSpecification" in table] == ["Inbox"]
    assert [name for name, table in TABLES.items() if "TimeToLiveSpecification" in table] == [
        "Inbox",
        "Ledger",
    ]


@pytest.mark.parametrize(
    ("parameter", "days", "variable"),
    [
        ("MentionRetentionDays", 400, "MENTION_DAYS"),
        ("HistoryRetentionDays", 400, "HISTORY_DAYS"),
        ("DeliveryRetentionDays", 30, "DELIVERY_DAYS"),
        ("RawRetentionDays", 30, "RAW_DAYS"),
    ],
)
def test_how_long_each_class_of_data_is_kept_is_a_parameter(parameter: str, days: int, variable: str) -> None:
    """R20."""
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    own = FUNCTIONS["ExecutorFunction"]["Environment"]["Variables"]

    assert TEMPLATE["Parameters"][parameter]["Default"] == days
    assert (shared | own)[variable] == {"Ref": parameter}


def test_every_queue_refuses_plain_http() -> None:
    """R21."""
    covered = {
        named(queue)
        for policy in of_type("AWS::SQS::QueuePolicy").values()
        for queue in policy["Queues"]
        if "aws:SecureTransport" in str(policy["PolicyDocument"])
    }

    assert covered == set(QUEUES)


def test_every_dead_letter_queue_and_every_function_has_its_alarm() -> None:
    """R7."""
    watched = {
        named(dimension["Value"]): alarm["Threshold"]
        for alarm in ALARMS.values()
        for dimension in alarm["Dimensions"]
        if alarm["MetricName"] in {"ApproximateNumberOfMessagesVisible", "Errors"}
    }
    dead_letters = set(QUEUES) - {named(event["Queue"]) for _, event in CONSUMED.values()}

    assert watched == dict.fromkeys(dead_letters | set(FUNCTIONS), 1)


def test_webhooks_may_reach_private_networks_on_the_local_stack_only() -> None:
    """R10."""
    (rule,) = TEMPLATE["Rules"].values()

    assert rule["RuleCondition"] == {"Not": [{"Equals": [{"Ref": "Stage"}, "local"]}]}
    assert rule["Assertions"][0]["Assert"] == {"Equals": [{"Ref": "WebhookAllowedNetworks"}, ""]}
    assert TEMPLATE["Parameters"]["WebhookAllowedNetworks"]["Default"] == ""


SKIPPED = [
    (name, skip)
    for name, resource in RESOURCES.items()
    for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", ())
]


@pytest.mark.parametrize(
    ("name", "skip"), SKIPPED, ids=lambda each: each if isinstance(each, str) else each["id"]
)
def test_a_check_that_is_left_out_says_why(name: str, skip: dict[str, str]) -> None:
    """R21, R22: `make checkov` fails on everything else."""
    assert len(skip["comment"].split()) >= 5


def test_no_parameter_is_a_secret() -> None:
    """R9."""
    assert not [
        name
        for name in TEMPLATE["Parameters"]
        if any(word in name.lower() for word in ("secret", "password", "token"))
    ]
