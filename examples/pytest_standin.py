"""The pytest fixture `standin`: copy this file beside your tests as conftest.py, or load it with `-p pytest_standin`.

A server is started once with `npx standin`; STANDIN_COMMAND names another command, and STANDIN_URL a server that runs already.
Each test has a key of its own in OPENAI_API_KEY, and with it its own fixtures, counts and requests. When a test fails, its
requests that no fixture answered are printed with the nearest fixtures and what did not match.
"""

import itertools
import json
import os
import re
import shlex
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import pytest


class Standin:
    """What one test has of the server."""

    def __init__(self, url, key):
        self.url = url
        self.base_url = f"{url}/v1"
        self.api_key = key

    def add(self, fixtures):
        """Adds a fixture, or what a file holds ({"fixtures": [...]}), for this test alone."""
        return self._call("POST", "/_mock/fixtures", fixtures)["added"]

    def requests(self):
        """What this test asked and was answered so far, oldest first."""
        return self._call("GET", "/_mock/requests")["requests"]

    def unmatched(self):
        """The requests that no fixture answered, each with its near misses."""
        return self._call("GET", "/_mock/unmatched")["requests"]

    def verify(self, **expected):
        """Fails with a report unless what was asked is what is expected, as in verify(match={"model": "gpt-4o"}, count=1)."""
        found = self._call("POST", "/_mock/verify", expected)
        assert found["verified"], "\n".join(found["report"])

    def reset(self):
        self._call("POST", "/_mock/reset")

    def report(self):
        """The requests that no fixture answered, in words."""
        lines = []
        for each in self.unmatched():
            messages = [m for m in each["request"]["messages"] if m["role"] == "user"] or each["request"]["messages"]
            lines.append(json.dumps(messages[-1].get("content"), ensure_ascii=False))
            lines += [f"  {miss}" for miss in each["nearMisses"]] or ["  there is no fixture"]
        return "\n".join(lines)

    def _call(self, method, path, body=None):
        headers = {"content-type": "application/json", "x-mock-session": self.api_key}
        if "STANDIN_ADMIN_KEY" in os.environ:
            headers["authorization"] = f"Bearer {os.environ['STANDIN_ADMIN_KEY']}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            if error.code == 409:
                return json.loads(text)
            raise AssertionError(text) from None


def start_server(command):
    """Starts a server on a free port. Returns its process and its address."""
    flags = ["--port", "0", "--unmatched", "refuse", "--log-level", "warn"]
    if "STANDIN_FIXTURES" not in os.environ:
        flags += ["--fixtures", "none"]  # So that no test gets a reply that it did not add.
    # A session of its own, because npx does not pass every signal on to the server that it starts.
    process = subprocess.Popen(command + flags, stdout=subprocess.PIPE, text=True, start_new_session=True)
    said = []
    for line in process.stdout:
        said.append(line)
        listening = re.search(r"listens on (\S+)/v1 ", line)
        if listening:
            return process, listening[1]
    stop_server(process)
    raise RuntimeError(f"{' '.join(command)} did not start: {''.join(said)}")


def stop_server(process, seconds=15):
    """Ends the process and all processes that it started. Kills them if they do not end in time."""
    if os.name != "posix":
        process.terminate()
        process.wait(timeout=seconds)
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        ends = time.monotonic() + seconds
        try:
            os.killpg(process.pid, number)
            while time.monotonic() < ends:
                process.poll()  # A child that has ended is in the group until it is waited for.
                os.killpg(process.pid, 0)
                time.sleep(0.02)
        except (ProcessLookupError, PermissionError):
            break
    process.wait(timeout=seconds)
    process.stdout.close()


@pytest.fixture(scope="session")
def standin_url():
    """The address of the server, without /v1."""
    if "STANDIN_URL" in os.environ:
        yield os.environ["STANDIN_URL"].removesuffix("/").removesuffix("/v1")
        return
    process, url = start_server(shlex.split(os.environ.get("STANDIN_COMMAND", "npx standin")))
    try:
        yield url
    finally:
        stop_server(process)


_numbers = itertools.count(1)
_run = uuid.uuid4().hex[:8]


@pytest.fixture
def standin(standin_url, monkeypatch):
    """A server for this test: its key, its fixtures, its requests."""
    mock = Standin(standin_url, f"sk-test-{_run}-{next(_numbers)}")
    monkeypatch.setenv("OPENAI_BASE_URL", mock.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", mock.api_key)
    yield mock
    mock.reset()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    mock = getattr(item, "funcargs", {}).get("standin")
    if report.when == "call" and report.failed and mock:
        words = mock.report()
        if words:
            report.sections.append(("Standin: requests that matched no fixture", words))
