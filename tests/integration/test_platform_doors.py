"""What taking native events in works with: the secret store, stored mail, and pages of the public web."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import boto3
import pytest
from moto import mock_aws

from inbox_recipes.adapters.public_web import LONGEST_PAGE, PublicWeb
from inbox_recipes.adapters.secrets import StoredSecrets
from inbox_recipes.adapters.stored_mail import S3Mails
from inbox_recipes.errors import Permanent, Retryable
from inbox_recipes.platforms.base import StoredMail

REGION = "eu-west-1"


@pytest.fixture
def secrets_manager() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("secretsmanager", REGION)


def test_what_is_kept_is_read_under_its_name_until_it_is_forgotten(secrets_manager: Any) -> None:
    """R9. Whoever reads it next is another function."""
    store = StoredSecrets(secrets_manager, "stack/credentials/")
    first, second = store.keep("one"), store.keep("two")

    assert first != second
    assert [store.read(first), store.read(second)] == ["one", "two"]
    names = [each["Name"] for each in secrets_manager.list_secrets()["SecretList"]]
    assert sorted(names) == sorted(f"stack/credentials/{name}" for name in (first, second))

    store.forget(first)
    store.forget(first)
    elsewhere = StoredSecrets(secrets_manager, "stack/credentials/")
    with pytest.raises(Permanent, match="no longer there"):
        elsewhere.read(first)
    assert elsewhere.read(second) == "two"


def test_a_mail_is_read_as_it_came() -> None:
    with mock_aws():
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(Bucket="mails", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket="mails", Key="in/1", Body=b"From: a\r\n\r\n\xe9")

        assert S3Mails(s3).read(StoredMail("mails", "in/1")) == b"From: a\r\n\r\n\xe9"


class Pages(BaseHTTPRequestHandler):
    """Answers by the path."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status = int(self.path[1:4])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(b"x" * (LONGEST_PAGE + 1 if self.path.endswith("long") else 4))

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def pages() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_page_is_read_and_nothing_but_a_small_success_is_one(pages: str) -> None:
    web = PublicWeb(("127.0.0.0/8",))

    assert web.get(f"{pages}/200") == b"xxxx"
    for path in ("/302", "/404", "/500", "/200/long"):
        with pytest.raises(Retryable):
            web.get(pages + path)


def test_a_certificate_is_read_once(pages: str) -> None:
    web = PublicWeb(("127.0.0.0/8",))
    Pages.asked.clear()

    for path in ("/200/a.pem", "/200/a.pem", "/200/b", "/200/b"):
        assert web.get(pages + path) == b"xxxx"

    assert Pages.asked == ["/200/a.pem", "/200/b", "/200/b"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9001/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://10.0.0.7/",
        "ftp://a.b/",
    ],
)
def test_nothing_but_the_public_web_is_reached(pages: str, url: str) -> None:
    """R10."""
    with pytest.raises((Permanent, Retryable)) as refused:
        PublicWeb().get(url)
    assert "not allowed" in str(refused.value) or url.startswith("ftp")
    with pytest.raises(Permanent, match="not allowed"):
        PublicWeb().get(f"{pages}/200")


def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(Retryable):
        PublicWeb(("127.0.0.0/8",)).get("http://127.0.0.1:1/")
