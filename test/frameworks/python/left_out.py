"""A plugin of pytest: runs the tests that a list leaves out too, and reports each test that the list is wrong about.

A line of the list is `TEST  network|understanding|api: REASON`, with * and ? in TEST as wildcards: the test needs the web, a model that
understands the prompt, or another API than Chat Completions. Its failure does not count. It counts as a failure if a listed test
passes, unless it needs a network, which may be there; and if a line fits no test. Both would hide what works. Tests of other
APIs are no part of the suite; of the rest, the list may name 8 %.
"""

import fnmatch
import os
import re

import pytest

NAME = os.environ["SUITE_NAME"]
MOST_LEFT_OUT = 0.08
LINE = re.compile(r"(\S.*?)\s{2,}((?:network|understanding|api): \S.*)")


def pytest_configure(config):
    config.pluginmanager.register(Reporter(read_list(os.environ["LEFT_OUT"])))


def read_list(path):
    rows = []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = LINE.fullmatch(line.strip())
            if match is None:
                raise pytest.UsageError(f"{path}:{number}: expected TEST, two spaces, network|understanding|api: REASON")
            rows.append((re.compile(fnmatch.translate(match[1].replace("[", "[[]"))), match[1], match[2]))
    return rows


def say_why(report):
    """What a failed test raised, or why a test was skipped, in one line."""
    detail = report.longrepr
    crash = getattr(detail, "reprcrash", None)
    why = crash.message if crash else detail[2] if isinstance(detail, tuple) else str(detail).strip().rsplit("\n", 1)[-1]
    return shorten(" ".join(re.sub(r"</?\w[^>]*>", "", why).split()), 300)


def shorten(text, length):
    return text if len(text) <= length else f"{text[:length]}…"


class Reporter:
    def __init__(self, rows):
        self.rows = rows
        self.used = set()
        self.outcomes = {}
        self.why = {}

    def find_reason(self, node):
        for pattern, test, reason in self.rows:
            if pattern.fullmatch(node):
                self.used.add(test)
                return reason
        return None

    def pytest_collectreport(self, report):
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
            self.why[report.nodeid] = say_why(report)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
            self.why[report.nodeid] = say_why(report)
        elif report.skipped and not hasattr(report, "wasxfail"):
            self.outcomes.setdefault(report.nodeid, "skipped")
            self.why[report.nodeid] = say_why(report)
        elif report.when == "call":
            # A test that runs again after a failure has passed in the end.
            self.outcomes[report.nodeid] = "passed"

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        write = terminalreporter.write_line
        passed, left_out, other_api, faults = 0, 0, 0, []
        for node, outcome in self.outcomes.items():
            # The values of a test's parameters may be files.
            name, reason = shorten(node, 200), self.find_reason(node)
            if reason is not None:
                left_out += 1
                other_api += reason.startswith("api")
                if outcome == "passed" and not reason.startswith("network"):
                    faults.append(f"{name} passes, but the list leaves it out")
                write(f"# left out ({outcome}): {name}: {reason}")
            elif outcome == "failed":
                faults.append(f"{name}: {self.why[node]}")
            elif outcome == "passed":
                passed += 1
            else:
                write(f"# skipped by itself: {name}: {self.why[node]}")
        faults += [f"the list leaves out {test}, which is no test" for _, test, _ in self.rows if test not in self.used]
        unable, tests = left_out - other_api, len(self.outcomes) - other_api
        if unable > MOST_LEFT_OUT * tests:
            faults.append(f"the list leaves out {unable} of {tests} tests, more than {MOST_LEFT_OUT:.0%}")
        for fault in faults:
            write(f"not ok - {fault}")
        write("")
        write(f"{NAME}: {passed} passed, {len(faults)} failed, {left_out} left out")
