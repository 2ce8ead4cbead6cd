"""Runs the function whose code is the argument with each line of input."""

import contextlib
import io
import json
import sys
import uuid


class Context:
    """The context of an invocation."""

    def __init__(self):
        self.aws_request_id = str(uuid.uuid4())


names = {}
exec(sys.argv[1], names)
for line in sys.stdin:
    printed, answer = io.StringIO(), {}
    try:
        with contextlib.redirect_stdout(printed):
            answer["Response"] = names["handler"](json.loads(line), Context())
    except Exception as error:
        answer["Error"] = repr(error)
    answer["Log"] = printed.getvalue()
    print(json.dumps(answer), flush=True)
