"""The origin-response function of `probe`.

It puts what it sees of a request into the header X-Probe, in base64url, and does what the
path asks for: /edgeresize-probe/BEHAVIOUR/RUN/STEP.STEP/..., each step NAME or NAME-ARGUMENT.
"""

import base64
import json
import os
import threading
import time

CONDITIONS = ("range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range")


class Ticker:
    """A thread that counts every 50 ms, also between events if the sandbox is not frozen."""

    def __init__(self):
        self.count = 0
        self.last = None
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        """Count until the sandbox ends."""
        while True:
            time.sleep(0.05)
            self.count += 1

    def now(self):
        """Return both clocks, in seconds, and the count."""
        return time.time(), time.monotonic(), self.count

    def idle(self):
        """Return what has passed since the last event of this sandbox, None at its first."""
        if self.last is None:
            return None
        wall, monotonic, ticks = (now - last for now, last in zip(self.now(), self.last))
        return {"wall": round(wall * 1000), "monotonic": round(monotonic * 1000), "ticks": ticks}


ticker = Ticker()


def replace(response, status, text):
    """Make text the body of a response of its own."""
    response.update(status=status, statusDescription="", bodyEncoding="text", body=text)


def handler(event, context):
    """Answer an origin-response event."""
    cf = event["Records"][0]["cf"]
    request, response = cf["request"], cf["response"]
    headers, status = response["headers"], response["status"]
    parts = request["uri"].split("/")
    run, steps = (parts[3], parts[4].split(".")) if len(parts) > 4 else ("", [])
    seen = {
        "id": context.aws_request_id,
        "status": status,
        "method": request["method"],
        "uri": request["uri"],
        "query": request["querystring"],
        "meta": {n: headers[n][0]["value"] for n in headers if n.startswith("x-amz-meta-")},
        "idle": ticker.idle(),
        "region": os.environ.get("AWS_REGION", ""),
        "headers": {n: request["headers"][n][0]["value"] for n in CONDITIONS if n in request["headers"]},
    }
    if "s3" in request.get("origin", {}):
        s3 = request["origin"]["s3"]
        seen["s3"] = {name: s3.get(name, "") for name in ("authMethod", "region", "path")}
    print(json.dumps({"probe": run, "seen": seen}))

    def put(name, value):
        headers[name.lower()] = [{"key": name, "value": value}]

    cache = []
    for step in steps:
        name, _, argument = step.partition("-")
        if name == "age":
            cache.append("max-age=" + argument)
        elif name == "swr":
            cache.append("stale-while-revalidate=" + argument)
        elif name == "qualified":
            cache.append('private="set-cookie"')
        elif name == "bare":
            headers.pop("cache-control", None)
        elif name == "own" and status == "200":
            put("ETag", '"probe"')
            headers.pop("last-modified", None)
        elif name == "vary":
            put("Vary", "Accept")
        elif name == "tag" and status == "200":
            put(argument, "probe-" + run)
        elif name == "body" and status == "200":
            size = int(argument)
            whole, rest = divmod(size, 3)
            response.update(status="200", bodyEncoding="base64", body="AAAA" * whole + ("", "AA==", "AAA=")[rest])
        elif name == "turn" and argument.split("-")[0] == status:
            replace(response, argument.split("-")[1], "turned " + argument if argument.split("-")[1] == "200" else "")
    if cache:
        put("Cache-Control", ", ".join(cache))
    put("X-Probe", base64.urlsafe_b64encode(json.dumps(seen).encode()).decode())
    ticker.last = ticker.now()
    return response
