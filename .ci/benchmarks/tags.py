"""Measures how long varve tags takes for a repository with many tags."""

import bisect
import http.server
import json
import ssl
import statistics
import sys
import threading
import urllib.parse

from .docker_registry import ADDRESS
from .programs import measured, run
from .varve import varve

TAGS = sorted(f"40-2025{k:04d}" for k in range(10_000))
PAGE = 100
PATTERN, MATCHES = "^40-20259[0-9]{3}$", 1000


class TagPages(http.server.BaseHTTPRequestHandler):
    """Responds to each request with a page of TAGS and a link to the next page."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # sends head and body in one packet, as registries do

    def do_GET(self):  # noqa: N802 - the name is http.server's
        """Sends the page after the tag in the parameter `last`."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        last = query.get("last", [""])[0]
        page = TAGS[bisect.bisect_right(TAGS, last) :][:PAGE]
        body = json.dumps({"name": "os", "tags": page}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if page[-1] != TAGS[-1]:
            following = f"/v2/os/tags/list?last={page[-1]}&n={PAGE}"
            self.send_header("Link", f'<{following}>; rel="next"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Logs nothing."""


class QuietServer(http.server.ThreadingHTTPServer):
    """A server that prints nothing when a client closes its connection."""

    def handle_error(self, *_):
        """Prints nothing."""


def measure_tags(certificate, work):
    """Returns the median seconds of varve tags over 10,000 tags, 100 on a page, over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file, certificate.key)
    with QuietServer((ADDRESS, 0), TagPages) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = varve(
            *("tags", f"{ADDRESS}:{server.server_port}/os", "--pattern", PATTERN),
            *("--cert-dir", certificate.directory),
        )
        printed = len(run(*command).splitlines())
        seconds = statistics.median(measured(command, work)["seconds"] for _ in range(3))
        server.shutdown()
    if printed != MATCHES:
        sys.exit(f"listing tags: expected {MATCHES} tags from varve tags, got {printed}")
    return seconds
