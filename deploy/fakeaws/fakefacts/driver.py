"""Runs the function whose code is the argument with each line of input.

Each sandbox that a line names has the function's modules and variables to itself. Its
clocks and its thread go as far as the line says.
"""

import contextlib
import io
import json
import sys
import threading
import uuid


class Context:
    """The context of an invocation."""

    def __init__(self):
        self.aws_request_id = str(uuid.uuid4())


class Clock:
    """The module time of a sandbox."""

    def __init__(self):
        self.wall = self.steady = 0

    def time(self):
        """Return the time, in seconds since 1970."""
        return self.wall

    def monotonic(self):
        """Return the time since the start, in seconds."""
        return self.steady


# Threads do not run by themselves.
threading.Thread.start = lambda self: None

code, sandboxes = compile(sys.argv[1], "reporter.py", "exec"), {}


def sandbox(name):
    """Return the variables of a sandbox, which it starts if necessary."""
    if name not in sandboxes:
        names = {}
        exec(code, names)
        names["time"] = Clock()
        sandboxes[name] = names
    return sandboxes[name]


for line in sys.stdin:
    asked, printed, answer = json.loads(line), io.StringIO(), {}
    names = sandbox(asked["Sandbox"])
    names["time"].wall, names["time"].steady = asked["Wall"], asked["Monotonic"]
    names["ticker"].count = asked["Ticks"]
    try:
        with contextlib.redirect_stdout(printed):
            answer["Response"] = names["handler"](asked["Event"], Context())
    except Exception as error:
        answer["Error"] = repr(error)
    answer["Log"] = printed.getvalue()
    print(json.dumps(answer), flush=True)
