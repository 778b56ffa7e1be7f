"""Addresses that webhooks may be sent to, as far as can be told without asking anybody (R10).

This is the friendly check, made when a recipe is saved. What a name really leads to is judged by the sender,
at every attempt.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
NUMBERED = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")


def refusal(url: str) -> str | None:
    """Why no webhook can be sent there, or nothing if one can. Addresses on loopback pass: see `local`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # no host that brackets close, no port that there is
        return "A webhook URL has a host and, if any, a port from 1 to 65535."
    wrong = {
        "A webhook URL has no spaces and no control characters.": not url.isprintable() or " " in url,
        "A webhook URL has no fragment: what follows a '#' is never sent.": bool(parts.fragment),
        "A webhook URL has a host.": not host or port == 0,
        "A webhook URL has no credentials: these go into 'authorization'.": "@" in parts.netloc,
        "A webhook URL is https; http only reaches a receiver on the local stack's own machine.": (
            parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)
        ),
    }
    found = next((detail for detail, is_so in wrong.items() if is_so), None)
    return found if found or host in LOOPBACK else _inside(host or "")


def local(url: str) -> bool:
    """Whether only the local stack can reach this address."""
    return urlsplit(url).hostname in LOOPBACK


def origin(url: str) -> str:
    """Scheme, host and port: what credentials are meant for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.casefold()}"


def host(url: str) -> str:
    """The host, as people call a receiver that has no other name."""
    return urlsplit(url).hostname or url


def _inside(host: str) -> str | None:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        name = host.rstrip(".")
        if NUMBERED.fullmatch(name.rsplit(".", 1)[-1]):
            return "The host is a number that is no IPv4 address as it is usually written: 203.0.113.7."
        if name == "localhost" or name.endswith((".localhost", ".local", ".internal")):
            return "This name is one of a private network, and webhooks reach the public internet only."
        return None
    if address.is_global and not address.is_multicast:
        return None
    return f"{address} is not an address of the public internet, and webhooks reach nothing else."
