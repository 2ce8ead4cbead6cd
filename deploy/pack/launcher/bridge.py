"""Passes Lambda's events to the Go binary beside this file, and its responses back.

For a managed runtime that forbids replacing its process: the binary runs as a
child, against a Runtime API that this module serves on the loopback interface.
"""
import http.server
import json
import os
import queue
import subprocess
import threading
import time

BINARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap")
SIZE = 0  # bytes of the binary; the packager writes it here
COPY = "/tmp/edgeresize-bootstrap"
PREFIX = "/2018-06-01/runtime/"


class RuntimeAPI(http.server.BaseHTTPRequestHandler):
    """One child's side of Lambda's Runtime API."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written separately

    def do_GET(self):
        event, headers = self.server.events.get()
        self.answer(200, event, headers)

    def do_POST(self):
        body = self.body()
        kind = self.path.removeprefix(PREFIX).rsplit("/", 1)[-1]
        self.server.answers.put((kind, body))
        self.answer(202, b"", {})

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def executable_copy():
    """Copies the binary to COPY and returns that path, for a binary without its
    execute bit or on a mount that forbids execution."""
    try:
        with open(BINARY, "rb") as binary, open(COPY + ".partial", "wb") as copy:
            copy.write(binary.read())
        os.chmod(COPY + ".partial", 0o700)
        os.replace(COPY + ".partial", COPY)
    except OSError as error:
        raise RuntimeError(f"{BINARY} may not be executed, and cannot be copied to {COPY}: {error}") from error
    return COPY


class Child:
    """The binary and the server that it asks for events."""

    def __init__(self):
        if os.path.getsize(BINARY) != SIZE:
            raise RuntimeError(f"{BINARY} has {os.path.getsize(BINARY)} bytes, not {SIZE}: the package is damaged")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), RuntimeAPI)
        self.server.daemon_threads = True
        self.server.events, self.server.answers = queue.Queue(), queue.Queue()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # See lambda_function.py for GODEBUG.
        environment = dict(os.environ, AWS_LAMBDA_RUNTIME_API="127.0.0.1:%d" % self.server.server_port, GODEBUG="madvdontneed=0")
        if "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" in environment:
            # A tenth below Lambda's limit, less 32 MiB for this interpreter.
            memory = int(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) * 9 // 10 - 32
            environment["GOMEMLIMIT"] = f"{memory}MiB"
        try:
            self.process = subprocess.Popen([BINARY], env=environment)
        except PermissionError:
            self.process = subprocess.Popen([executable_copy()], env=environment)
        threading.Thread(target=self.wait, daemon=True).start()

    def wait(self):
        status = self.process.wait()
        self.server.shutdown()
        self.server.server_close()
        self.server.answers.put(("exit", f"{BINARY} exited with status {status}".encode()))

    def invoke(self, event, context):
        self.server.events.put((json.dumps(event).encode(), {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": context.aws_request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + context.get_remaining_time_in_millis()),
            "Lambda-Runtime-Invoked-Function-Arn": context.invoked_function_arn,
            "Lambda-Runtime-Trace-Id": os.environ.get("_X_AMZN_TRACE_ID", ""),
        }))
        kind, body = self.server.answers.get()
        if kind != "response":
            raise RuntimeError(body.decode(errors="replace"))
        return json.loads(body)


child = Child()


def handler(event, context):
    global child
    if child.process.poll() is not None:
        child = Child()
    return child.invoke(event, context)
