"""Gives the deployed API what MiniStack leaves out when it imports an API's definition.

On AWS the template alone brings the gateway's own answers (problem+json for 401, 404, 429, ...)
and the headers of CORS preflights. MiniStack keeps neither, so they are put there one by one, from
the very definition that SAM deployed.
"""

import json
from typing import Any

from tools.local_stack.deployment import STACK
from tools.local_stack.stack_file import client

PREFLIGHT = "OPTIONS"


def fill(api: str, port: int) -> None:
    """Add gateway answers and preflight headers, and put them into effect."""
    gateway = client("apigateway", port)
    definition = _definition(port)
    for kind, answer in definition["x-amazon-apigateway-gateway-responses"].items():
        status = {"statusCode": answer["statusCode"]} if "statusCode" in answer else {}
        gateway.put_gateway_response(
            restApiId=api,
            responseType=kind,
            responseParameters=answer["responseParameters"],
            responseTemplates=answer["responseTemplates"],
            **status,
        )
    for resource in _resources(gateway, api):
        if PREFLIGHT in resource.get("resourceMethods", {}):
            _answer_preflight(gateway, api, resource["id"], definition["paths"][resource["path"]])
    gateway.create_deployment(restApiId=api, stageName="v1")


def _definition(port: int) -> Any:
    template = client("cloudformation", port).get_template(StackName=STACK, TemplateStage="Processed")[
        "TemplateBody"
    ]
    resources = (json.loads(template) if isinstance(template, str) else template)["Resources"]
    return resources["Api"]["Properties"]["Body"]


def _resources(gateway: Any, api: str) -> list[dict[str, Any]]:
    pages = gateway.get_paginator("get_resources").paginate(restApiId=api)
    return [resource for page in pages for resource in page["items"]]


def _answer_preflight(gateway: Any, api: str, resource: str, path: dict[str, Any]) -> None:
    integration = path["options"]["x-amazon-apigateway-integration"]
    target = {"restApiId": api, "resourceId": resource, "httpMethod": PREFLIGHT}
    gateway.put_integration(**target, type="MOCK", requestTemplates=integration["requestTemplates"])
    for answer in integration["responses"].values():
        headers = answer["responseParameters"]
        gateway.put_method_response(
            **target,
            statusCode=answer["statusCode"],
            responseParameters=dict.fromkeys(headers, False),
        )
        gateway.put_integration_response(
            **target,
            statusCode=answer["statusCode"],
            responseParameters=headers,
            responseTemplates=answer["responseTemplates"],
        )
