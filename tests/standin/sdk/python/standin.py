"""The control port of standin-slack, as far as these tests need it (../../README.md)."""

import json
import os
import urllib.parse
import urllib.request

WAIT_MS = 20000


class Standin:
    def __init__(self, ready_file):
        with open(ready_file, encoding="utf-8") as file:
            self.ready = json.load(file)
        self.cursor = 0

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.ready["control_url"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def post(self, path, **body):
        return self.call("POST", path, body)

    def wait(self, count=1, **wanted):
        """Waits for entries of the journal that came after mark()."""
        query = urllib.parse.urlencode({**wanted, "after": self.cursor, "count": count, "wait_ms": WAIT_MS})
        entries = self.call("GET", "/journal?" + query)["entries"]
        assert len(entries) >= count, f"waited in vain for {count} of {wanted}: {self.call('GET', '/journal')}"
        return entries

    def mark(self):
        self.cursor = self.call("GET", "/journal?type=none")["cursor"]

    def violations(self):
        return self.call("GET", "/violations")["violations"]


def from_environment():
    return Standin(os.environ["STANDIN_READY_FILE"])
