"""The DeviceRegistry port on SNS: a token of Apple's or Google's becomes an endpoint, once.

A token that is known already keeps its endpoint, whoever used it before: it is given to the user who
registers it now, and switched on again if the platform had refused it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from inbox_recipes.devices import Platform
from inbox_recipes.errors import Conflict

KNOWN = re.compile(r"Endpoint (arn:\S+) already exists")


class SnsDevices:
    """`applications` are the ARNs of the platform applications; one that is empty is not set up."""

    def __init__(self, client: Callable[[], Any], applications: Mapping[Platform, str]) -> None:
        self._client = client
        self._applications = applications

    def register(self, platform: Platform, token: str, user_id: str) -> str:
        """The endpoint of a device. Raises Conflict when the platform is not set up or refuses the token."""
        application = self._applications[platform]
        if not application:
            parameter = f"{platform.capitalize()}PushApplicationArn"
            raise Conflict(f"Push to {platform} devices is not set up: the stack's {parameter} is empty.")
        client = self._client()
        try:
            endpoint = self._created(application, token, user_id)
            attributes = {"Token": token, "CustomUserData": user_id, "Enabled": "true"}
            client.set_endpoint_attributes(EndpointArn=endpoint, Attributes=attributes)
        except (client.exceptions.InvalidParameterException, client.exceptions.NotFoundException) as error:
            detail = error.response["Error"].get("Message", "").replace(token, "(the token)")
            raise Conflict(f"SNS refuses the device: {detail}") from None
        return endpoint

    def _created(self, application: str, token: str, user_id: str) -> str:
        try:
            answer = self._client().create_platform_endpoint(
                PlatformApplicationArn=application, Token=token, CustomUserData=user_id
            )
        except ClientError as error:
            known = KNOWN.search(error.response["Error"].get("Message", ""))
            if known is None:
                raise
            return known[1]
        return str(answer["EndpointArn"])

    def forget(self, endpoint: str) -> None:
        """Delete the endpoint; one that is gone is deleted already."""
        self._client().delete_endpoint(EndpointArn=endpoint)
