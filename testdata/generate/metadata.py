"""Exif blocks and ICC profiles, made by hand so that each says what it must."""

import struct

import numpy as np

CAMERA = b"edgeresize testdata\0"
XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg"/></rdf:RDF></x:xmpmeta>')


def exif(orientation=None, order="<", gps=False):
    """A TIFF-shaped Exif block (Exif 2.32, section 4.5). order is "<" or ">"."""
    def ifd(at, entries):
        body, data = struct.pack(order + "H", len(entries)), b""
        end = at + 2 + 12 * len(entries) + 4
        for tag, kind, count, value in entries:
            if len(value) <= 4:
                field = value.ljust(4, b"\0")
            else:
                field = struct.pack(order + "L", end + len(data))
                data += value + b"\0" * (len(value) % 2)
            body += struct.pack(order + "HHL", tag, kind, count) + field
        return body + struct.pack(order + "L", 0) + data

    def degrees(*parts):
        return b"".join(struct.pack(order + "LL", n, d) for n, d in parts)

    entries = [(0x010F, 2, len(CAMERA), CAMERA)]
    if orientation:
        entries.append((0x0112, 3, 1, struct.pack(order + "H", orientation)))
    places = [
        (1, 2, 2, b"N\0"), (2, 5, 3, degrees((46, 1), (32, 1), (2472, 100))),
        (3, 2, 2, b"E\0"), (4, 5, 3, degrees((8, 1), (7, 1), (3513, 100))),
    ]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8)
    if not gps:
        return head + ifd(8, entries)
    length = len(ifd(8, entries)) + 12
    entries.append((0x8825, 4, 1, struct.pack(order + "L", 8 + length)))
    return head + ifd(8, entries) + ifd(8 + length, places)


def icc(kind, space, pcs, tags, version=0x02400000):
    """An ICC profile (ICC.1:2001-04, section 6) with the tags given."""
    table, body = struct.pack(">L", len(tags)), b""
    at, seen = 128 + 4 + 12 * len(tags), {}
    for name, data in tags:
        if data not in seen:
            seen[data] = at + len(body)
            body += data + b"\0" * (-len(data) % 4)
        table += name + struct.pack(">LL", seen[data], len(data))
    size = 128 + len(table) + len(body)
    head = struct.pack(">L4sL4s4s4s6H4sLL4s4sQL3L4s", size, b"edge", version, kind, space, pcs,
                       2024, 5, 1, 12, 0, 0, b"acsp", 0, 0, b"edge", b"test", 0, 0,
                       0xF6D6, 0x10000, 0xD32D, b"edge")
    return head.ljust(128, b"\0") + table + body


def text(s):
    return b"text\0\0\0\0" + s + b"\0"


def description(s):
    return b"desc\0\0\0\0" + struct.pack(">L", len(s) + 1) + s + b"\0" * (1 + 4 + 4 + 2 + 1 + 67)


def xyz(v):
    return b"XYZ \0\0\0\0" + struct.pack(">3l", *(round(float(c) * 65536) for c in v))


D50 = np.array([0.9642, 1.0, 0.8249])
SRGB = np.array([  # linear sRGB to XYZ relative to D50 (IEC 61966-2-1, Bradford)
    [0.4360747, 0.3850649, 0.1430804],
    [0.2225045, 0.7168786, 0.0606169],
    [0.0139322, 0.0971045, 0.7141733]])


def primaries(*xy):
    """Linear RGB with these chromaticities to XYZ relative to D50."""
    m = np.array([[x / y, 1, (1 - x - y) / y] for x, y in xy]).T
    return m * np.linalg.solve(m, D50)


WIDE = primaries((0.70, 0.29), (0.17, 0.79), (0.13, 0.05))


def wide_profile(curve_points=1):
    """A made-up RGB space with far more colours than sRGB and gamma 2.2.

    With many curve_points each channel has its own table, which makes the
    profile as large as scanners' profiles are.
    """
    def curve(gamma):
        if curve_points == 1:
            return struct.pack(">4sLLH", b"curv", 0, 1, round(gamma * 256))
        t = np.rint(np.linspace(0, 1, curve_points) ** gamma * 65535).astype(">u2")
        return struct.pack(">4sLL", b"curv", 0, curve_points) + t.tobytes()

    return icc(b"mntr", b"RGB ", b"XYZ ", [
        (b"desc", description(b"edgeresize wide")), (b"cprt", text(b"No copyright, use freely")),
        (b"wtpt", xyz(D50)),
        (b"rXYZ", xyz(WIDE[:, 0])), (b"gXYZ", xyz(WIDE[:, 1])), (b"bXYZ", xyz(WIDE[:, 2])),
        (b"rTRC", curve(2.2)), (b"gTRC", curve(2.2001)), (b"bTRC", curve(2.1999))])


def to_wide(im):
    """sRGB pixels, 0 to 1, as pixels of wide_profile."""
    linear = np.where(im <= 0.04045, im / 12.92, ((im + 0.055) / 1.055) ** 2.4)
    out = linear @ (np.linalg.inv(WIDE) @ SRGB).T
    return np.clip(out, 0, 1) ** (1 / 2.2)


def gray_profile():
    """Gray with gamma 1.8."""
    return icc(b"mntr", b"GRAY", b"XYZ ", [
        (b"desc", description(b"edgeresize gray")), (b"cprt", text(b"No copyright, use freely")),
        (b"wtpt", xyz(D50)), (b"kTRC", struct.pack(">4sLLH", b"curv", 0, 1, round(1.8 * 256)))])


def ink_profile(grid=6):
    """A CMYK printer profile with a lookup table to Lab.

    Inks multiply light and spread on paper (dot gain). It has no tables for
    the way back to ink, since nothing here prints.
    """
    steps = np.linspace(0, 1, grid) ** 0.75
    ink = np.array([[0.03, 0.34, 0.62], [0.58, 0.03, 0.17], [0.90, 0.72, 0.03], [0.025, 0.022, 0.02]])
    cover = np.stack(np.meshgrid(steps, steps, steps, steps, indexing="ij"), -1)[..., None]
    light = (1 - cover + cover * ink).prod(-2) * np.array([0.97, 0.96, 0.92])
    f = np.cbrt(np.maximum(light @ SRGB.T / D50, 1e-4))
    lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)
    coded = np.stack([lab[..., 0] * 652.8, (lab[..., 1] + 128) * 256, (lab[..., 2] + 128) * 256], -1)
    table = np.clip(np.rint(coded), 0, 65535).astype(">u2").tobytes()
    identity = struct.pack(">9l", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    ramp = struct.pack(">2H", 0, 65535)
    lut = (b"mft2\0\0\0\0" + bytes([4, 3, grid, 0]) + identity + struct.pack(">2H", 2, 2)
           + ramp * 4 + table + ramp * 3)
    return icc(b"prtr", b"CMYK", b"Lab ", [
        (b"desc", description(b"edgeresize inks")), (b"cprt", text(b"No copyright, use freely")),
        (b"wtpt", xyz(np.array([0.97, 0.96, 0.92]) @ SRGB.T)),
        (b"A2B0", lut), (b"A2B1", lut), (b"A2B2", lut)])
