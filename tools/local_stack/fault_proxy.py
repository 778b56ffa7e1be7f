"""microburst with one gap closed. Runs in .tools/ministack, never in .venv.

Each call of a function is signed with its host, which is the proxy; the emulator checks the signature, as
the template's policies hold there (AUTH=true). microburst passes on all headers but this one, or signs anew
with other credentials. So it is kept.
"""

import sys
from typing import Any

from microburst.cli import main
from microburst.forward import HOP_BY_HOP, Upstream


def headers_as_signed(_: Upstream, request: Any) -> dict[str, str]:
    """The headers of a request, with the host that it was sent to."""
    sent = {name.lower(): value for name, value in request.headers.items()}
    return {name: value for name, value in sent.items() if name == "host" or name not in HOP_BY_HOP}


Upstream._outbound_headers = headers_as_signed

if __name__ == "__main__":
    sys.exit(main())
