"""`python -m tools.platform_sandbox`: play the platforms for a stack until interrupted."""

import argparse
import json
from pathlib import Path

from tools.platform_sandbox.mail import TOPIC_ARN
from tools.platform_sandbox.played import ACCESS_TOKEN, APP_SECRET, SIGNING_KEYS, VERIFY_TOKEN
from tools.platform_sandbox.server import Sandbox

STACK = Path(__file__).parents[2] / ".local" / "stack.json"


def main() -> None:
    """Say how to connect profiles, then play."""
    parser = argparse.ArgumentParser(prog="python -m tools.platform_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=9900)
    parser.add_argument("--api-url", help="the stack to tell; that of .local/stack.json if it is there")
    given = parser.parse_args()
    api_url = given.api_url or (json.loads(STACK.read_text())["api_url"] if STACK.exists() else None)
    with Sandbox(api_url, given.port) as sandbox:
        print(f"The platforms are played at {sandbox.url}, and tell {api_url or 'nobody'}.")
        print(
            "Connect profiles with these bodies (PUT /profiles/<id>, If-None-Match: *; the topic is yours):"
        )
        page = {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "access_token": ACCESS_TOKEN}
        credentials: dict[str, dict[str, str]] = {"twitter": SIGNING_KEYS, "facebook": page, "email": {}}
        for platform in sandbox.platforms.values():
            body = {
                "name": "Orvane", "service": platform.service, "native_id": platform.profile,
                "topic": "46283",                "sandbox_url": sandbox.url,
                **({"sns_topic_arn": TOPIC_ARN} if platform.service == "email" else {}),
                "credentials": credentials[platform.service],
            }  # fmt: skip
            print(f"  {json.dumps(body)}")
        print("Somebody writes:")
        print(f'  curl -d \'{{"from": "Ana", "text": "Hello"}}\' {sandbox.url}/sandbox/facebook/messages')
        print("Ctrl-C ends it.")
        try:
            sandbox.wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
