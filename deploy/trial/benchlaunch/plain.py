"""What a function of Python alone costs: an answer of 1 MiB."""

RESPONSE = {"status": "200", "bodyEncoding": "base64", "body": "A" * (1 << 20)}


def handler(event, context):
    return RESPONSE
