"""A small client of a running stack's API: one session, one machine token, problems in words.

It knows where the stack is and how to log in, nothing about recipes or mentions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

Json = dict[str, Any]

STACK_FILE = Path(".local/stack.json")
TIMEOUT_SECONDS = 30


class ApiError(Exception):
    """An answer that is not a success; the text names the field, the mistake, what is allowed."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        super().__init__(f"{_request_line(response)} -> {self.status}: {_in_words(response)}")


class Api:
    """The API of one stack. A path starts with a slash and follows the stage: `/recipes`."""

    def __init__(self, stack: Json) -> None:
        self.stack = stack
        self.session = requests.Session()
        self._login()

    def _login(self) -> None:
        """Exchange the credentials of the client for a token with all the scopes it may have."""
        answer = requests.post(
            self.stack["token_url"],
            data={"grant_type": "client_credentials"},
            auth=(self.stack["client_id"], self.stack["client_secret"]),
            timeout=TIMEOUT_SECONDS,
        )
        if not answer.ok:
            raise ApiError(answer)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def call(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; a token that ran out is renewed once."""
        request = requests.Request(
            method, self.stack["api_url"] + path, json=body, headers=headers, params=params
        )
        response = self._send(request)
        if response.status_code == requests.codes.unauthorized:
            self._login()
            response = self._send(request)
        if not response.ok:
            raise ApiError(response)
        return response

    def _send(self, request: requests.Request) -> requests.Response:
        return self.session.send(self.session.prepare_request(request), timeout=TIMEOUT_SECONDS)

    def get(self, path: str, params: dict[str, str] | None = None) -> Json:
        return dict(self.call("GET", path, params=params).json())

    def post(self, path: str, body: Json) -> Json:
        return dict(self.call("POST", path, body).json())

    def read(self, path: str) -> tuple[Json, str] | None:
        """The thing at `path` with its ETag, or None when there is none."""
        try:
            response = self.call("GET", path)
        except ApiError as problem:
            if problem.status == requests.codes.not_found:
                return None
            raise
        return response.json(), response.headers["ETag"]

    def everything(self, path: str) -> Iterator[Json]:
        """Every entry of a list, page after page."""
        params: dict[str, str] = {}
        while True:
            page = self.get(path, params)
            yield from page["data"]
            following = (page.get("paging") or {}).get("next")
            if not following:
                return
            params = {"cursor": following}


def connect(stack_file: Path = STACK_FILE) -> Api:
    """Log in to the stack that `make up` described in `stack_file`."""
    if not stack_file.exists():
        raise SystemExit(f"{stack_file} is not there: no stack runs here (make up starts one).")
    return Api(json.loads(stack_file.read_text(encoding="utf-8")))


def _request_line(response: requests.Response) -> str:
    return f"{response.request.method} {response.request.url}"


def _in_words(response: requests.Response) -> str:
    """A problem's own words when the answer is one, else the start of whatever came back."""
    try:
        problem = response.json()
        errors = "; ".join(
            f"{error.get('pointer', '')} {error.get('detail', error)}" for error in problem.get("errors", [])
        )
        words = problem.get("detail") or problem.get("title") or problem.get("message") or ""
        return f"{words} {errors}".strip() or response.text[:300]
    except (ValueError, AttributeError):
        return response.text[:300]
