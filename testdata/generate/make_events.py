"""Makes testdata/events: what CloudFront hands to an origin-response function.

    python3 testdata/generate/make_events.py

Shapes: Amazon CloudFront Developer Guide, "Lambda@Edge event structure";
headers as Amazon S3 sends them. ETags, lengths and checksums are those of
testdata/originals. Needs nothing but Python.
"""

import base64
import hashlib
import json
import mimetypes
import pathlib
from urllib.parse import quote

TESTDATA = pathlib.Path(__file__).parent.parent
BUCKET, REGION = "example-originals", "eu-central-1"
S3_DOMAIN = f"{BUCKET}.s3.{REGION}.amazonaws.com"
PHOTO, TRICKY = "PHOTO.jpg", "été +1 %.jpg"
SIZE = "width=500&height=300"
CHUNKED = {"Transfer-Encoding": "chunked"}
TYPES = {".webp": "image/webp", ".avif": "image/avif", ".heic": "image/heic", ".svg": "image/svg+xml"}


def crc64nvme(data):
    """CRC-64/NVME, which S3 keeps for every object it is given."""
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x9A6C9329AC4BC9B5 if n & 1 else 0)
        table.append(n)
    crc = 2**64 - 1
    for b in data:
        crc = table[(crc ^ b) & 255] ^ crc >> 8
    return base64.b64encode((crc ^ 2**64 - 1).to_bytes(8, "big")).decode()


def unique(what, length):
    """Some bytes that look random and are the same each time."""
    return hashlib.shake_256(what.encode()).digest(length)


def headers(pairs):
    return {k.lower(): [{"key": k, "value": v}] for k, v in pairs.items()}


def s3_answer(event, status):
    """The headers S3 begins and ends every answer with."""
    return {
        "x-amz-id-2": base64.b64encode(unique(event + "id2", 57)).decode(),
        "x-amz-request-id": unique(event + "request", 8).hex().upper(),
        "Date": "Wed, 01 May 2024 12:00:00 GMT",
        "Server": "AmazonS3",
    } | ({"Content-Type": "application/xml"} if status >= 400 else {})


def object_headers(name):
    data = (TESTDATA / "originals" / name).read_bytes()
    suffix = pathlib.PurePath(name).suffix
    return {
        "Last-Modified": "Tue, 30 Apr 2024 09:41:07 GMT",
        "ETag": f'"{hashlib.md5(data).hexdigest()}"',
        "x-amz-server-side-encryption": "AES256",
        "x-amz-version-id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
        "x-amz-checksum-crc64nvme": crc64nvme(data),
        "x-amz-checksum-type": "FULL_OBJECT",
        "x-amz-meta-photographer": "nobody",
        "Cache-Control": "public, max-age=86400",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Accept-Ranges": "bytes",
        "Content-Type": TYPES.get(suffix) or mimetypes.guess_type(name)[0],
        "Content-Length": str(len(data)),
    }


def s3_origin(domain=S3_DOMAIN, auth="none", region=REGION):
    return {"s3": {"authMethod": auth, "customHeaders": {}, "domainName": domain, "path": "", "region": region}}


def custom_origin(domain, protocol, port):
    return {"custom": {
        "customHeaders": headers({"X-From-CloudFront": "yes"}), "domainName": domain, "keepaliveTimeout": 5,
        "path": "", "port": port, "protocol": protocol, "readTimeout": 30, "sslProtocols": ["TLSv1.2"]}}


def domain_of(origin):
    return next(iter(origin.values()))["domainName"]


def event(name, original=PHOTO, query=SIZE, *, uri=None, method="GET", origin=None, status=200,
          description="OK", request_headers=None, changed=None, dropped=()):
    """One event. changed and dropped are headers of the origin's answer."""
    origin = origin or s3_origin()
    answer = s3_answer(name, status) | (object_headers(original) if status < 400 else {}) | (changed or {})
    asked = {
        "X-Forwarded-For": "203.0.113.178",
        "User-Agent": "Amazon CloudFront",
        "Via": "2.0 2afae0d44e2540f472c0635ab62c232b.cloudfront.net (CloudFront)",
        "Host": domain_of(origin),
    } | (request_headers or {})
    return {"Records": [{"cf": {
        "config": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "origin-response",
            "requestId": base64.urlsafe_b64encode(unique(name, 40)).decode(),
        },
        "request": {
            "clientIp": "203.0.113.178",
            "headers": headers(asked),
            "method": method,
            "origin": origin,
            "querystring": query,
            "uri": uri or "/" + quote(original),
        },
        "response": {
            "headers": headers({k: v for k, v in answer.items() if k not in dropped}),
            "status": str(status),
            "statusDescription": description,
        },
    }}]}


WEBSITE = custom_origin(f"{BUCKET}.s3-website.{REGION}.amazonaws.com", "http", 80)
BALANCER = custom_origin("pictures-1234567890.eu-central-1.elb.amazonaws.com", "https", 443)
S3_ONLY = [k for k in object_headers("empty.jpg") if k.startswith("x-amz-")] + ["x-amz-id-2", "x-amz-request-id"]

EVENTS = {
    # What is resized.
    "resize-jpeg": {},
    "resize-png": dict(original="png-rgba.png", query="width=90&height=120"),
    "resize-gif": dict(original="gif-animated-disposals.gif", query="width=120&height=90"),
    "resize-webp": dict(original="webp-lossy.webp", query="width=150&height=100"),
    "resize-webp-animated": dict(original="webp-animated.webp", query="width=60&height=45"),
    "resize-upright": dict(original="jpeg-orientation-6.jpg", query="width=200&height=150"),
    "resize-same-value-twice": dict(query="width=500&height=300&width=500"),
    "resize-encoded-digits": dict(query="width=%35%30%30&height=300"),
    "resize-other-parameters": dict(query="v=7&height=300&utm_source=a%26width%3D9&width=500"),
    "resize-s3-oai": dict(origin=s3_origin(auth="origin-access-identity")),
    "resize-s3-global": dict(origin=s3_origin(f"{BUCKET}.s3.amazonaws.com")),
    "resize-s3-dual-stack": dict(origin=s3_origin(f"{BUCKET}.s3.dualstack.{REGION}.amazonaws.com")),
    "resize-s3-website": dict(origin=WEBSITE, dropped=["Accept-Ranges"]),
    "resize-unicode-key": dict(original=TRICKY, query="width=200&height=150"),
    "resize-raw-plus-key": dict(original=TRICKY, query="width=200&height=150", uri="/%c3%a9t%c3%a9%20+1%20%25.jpg"),
    "resize-unknown-fields": {},
    # Keys that must stay what they are; no original has them.
    "key-double-slash": dict(uri="//PHOTO.jpg"),
    "key-dot-dot": dict(uri="/pictures/../PHOTO.jpg"),
    "key-bad-escape": dict(uri="/100%.jpg"),
    "key-none": dict(uri="/"),
    # Which sizes are not resized.
    "query-none": dict(query=""),
    "query-only-width": dict(query="width=500"),
    "query-only-height": dict(query="height=300"),
    "query-asdf": dict(query="width=asdf&height=300"),
    "query-exponent": dict(query="width=5e2&height=300"),
    "query-fraction": dict(query="width=500&height=1.5"),
    "query-plus-sign": dict(query="width=+5&height=300"),
    "query-encoded-plus-sign": dict(query="width=%2B5&height=300"),
    "query-minus-sign": dict(query="width=-5&height=300"),
    "query-hexadecimal": dict(query="width=0x10&height=300"),
    "query-full-width-digits": dict(query="width=%EF%BC%95%EF%BC%90%EF%BC%90&height=300"),
    "query-30-digits": dict(query=f"width={'123456789012345678901234567890'}&height=300"),
    "query-zero": dict(query="width=0&height=300"),
    "query-empty": dict(query="width=&height=300"),
    "query-twice-different": dict(query="width=500&height=300&width=400"),
    "query-larger-than-original": dict(query="width=1601&height=300"),
    "query-same-size": dict(query="width=1600&height=1200"),
    "query-above-maximum": dict(query="width=20000&height=300"),
    # A piece of the original, which becomes the whole variant.
    "resize-206": dict(status=206, description="Partial Content", request_headers={"Range": "bytes=0-99"}, changed={
        "Content-Range": f"bytes 0-99/{object_headers(PHOTO)['Content-Length']}", "Content-Length": "100"}),
    # Refusals by a header of the viewer's, which becomes the variant too.
    "resize-412": dict(status=412, description="Precondition Failed", changed=CHUNKED, dropped=["ETag", "Last-Modified"],
                       request_headers={"If-Match": '"another"'}),
    "resize-416": dict(status=416, description="Requested Range Not Satisfiable", changed=CHUNKED,
                       dropped=["ETag", "Last-Modified"], request_headers={"Range": "bytes=99999999-"}),
    # Answers that are no picture.
    "status-304": dict(status=304, description="Not Modified", dropped=[
        "Content-Length", "Content-Type", "Accept-Ranges"], request_headers={"If-None-Match": object_headers(PHOTO)["ETag"]}),
    "status-403": dict(status=403, description="Forbidden", changed=CHUNKED),
    "status-404": dict(status=404, description="Not Found", changed=CHUNKED),
    "status-412": dict(query="", status=412, description="Precondition Failed", changed=CHUNKED,
                       request_headers={"If-Match": '"another"'}),
    "status-416": dict(query="", status=416, description="Requested Range Not Satisfiable", changed=CHUNKED,
                       request_headers={"Range": "bytes=99999999-"}),
    "status-500": dict(status=500, description="Internal Server Error", changed=CHUNKED | {"Connection": "close"}),
    "method-head": dict(method="HEAD"),
    "method-post": dict(method="POST", status=405, description="Method Not Allowed", changed=CHUNKED | {"Allow": "HEAD, DELETE, GET, PUT"}),
    "origin-load-balancer": dict(origin=BALANCER, changed={"Server": "nginx/1.24.0"}, dropped=S3_ONLY),
    # Bodies that are not resized.
    "body-svg": dict(original="svg.svg"),
    "body-heic": dict(original="heic-header.heic"),
    "body-avif": dict(original="avif.avif", query="width=80&height=60"),
    "body-html-called-jpg": dict(original="html-called.jpg"),
    "body-png-animated": dict(original="png-animated.png", query="width=40&height=30"),
    "body-truncated": dict(original="jpeg-truncated.jpg", query="width=200&height=150"),
    "body-empty": dict(original="empty.jpg"),
}


def with_unknown_fields(e):
    """Members that no guide names, at every level."""
    for at in (e, e["Records"][0], (cf := e["Records"][0]["cf"]), cf["config"], cf["request"], cf["response"],
               cf["request"]["origin"], cf["request"]["origin"]["s3"], cf["response"]["headers"]["etag"][0]):
        at["unheardOf"] = {"a": [1, 2.50, None, True, "<&>\u2028"], "large": 12345678901234567890}
    return e


def main():
    folder = TESTDATA / "events"
    folder.mkdir(exist_ok=True)
    for name, row in EVENTS.items():
        e = event(name, **row)
        if name == "resize-unknown-fields":
            with_unknown_fields(e)
        (folder / f"{name}.json").write_text(json.dumps(e, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(EVENTS)} events")


if __name__ == "__main__":
    main()
