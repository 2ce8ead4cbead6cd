# python3 sign.py KEYS '/photo.jpg?width=500&height=300' 1893456000
import base64
import hashlib
import hmac
import sys


def sign(key, url, expires):
    """Returns url, which must be canonical, with its expiry and signature."""
    message = f"{url}&expires={expires}"
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return f"{message}&signature={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


if __name__ == "__main__":
    with open(sys.argv[1]) as keys:
        print(sign(keys.read().split()[0], sys.argv[2], sys.argv[3]))
