"""Hands Lambda's process over to the Go binary beside this file."""
import os

BINARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bootstrap")
SIZE = 0  # bytes of the binary; the packager writes it here
COPY = "/tmp/edgeresize-bootstrap"


def start():
    if os.path.getsize(BINARY) != SIZE:
        raise RuntimeError(f"{BINARY} has {os.path.getsize(BINARY)} bytes, not {SIZE}: the package is damaged")
    # With madvdontneed=0 the system takes the pages that Go frees only when it is short
    # of memory: new pages for each picture cost more than clearing the old ones.
    environment = dict(os.environ, GODEBUG="madvdontneed=0")
    if "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" in environment:
        # Go's limit is a tenth below Lambda's: Go does not count all memory.
        environment["GOMEMLIMIT"] = f"{int(environment['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']) * 9 // 10}MiB"
    try:
        os.execve(BINARY, [BINARY], environment)
    except PermissionError:
        os.execve(executable_copy(), [COPY], environment)


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


def handler(event, context):
    raise RuntimeError(f"{BINARY} did not take over the process")


# While Lambda imports this module, the process has one thread and no open connection.
start()
