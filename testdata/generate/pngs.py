"""The PNG originals. The writer is our own: every bit depth, Adam7, any chunk."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

import metadata
import scene

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
# Adam7 (PNG specification, section 8.2): first column and row, steps.
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def packed(samples, depth):
    """The bytes of rows of samples, height x width x channels."""
    rows = samples.reshape(samples.shape[0], -1)
    if depth == 16:
        return rows.astype(">u2").view(np.uint8)
    if depth == 8:
        return rows.astype(np.uint8)
    bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    return np.packbits(bits.reshape(rows.shape[0], -1).astype(np.uint8), axis=1)


def filtered(rows, bpp, plain):
    """Each row with the filter whose result is smallest (section 12.7)."""
    out, up = [], np.zeros(rows.shape[1], int)
    for row in rows.astype(int):
        left, corner = np.zeros_like(row), np.zeros_like(row)
        left[bpp:], corner[bpp:] = row[:-bpp], up[:-bpp]
        p = left + up - corner
        pa, pb, pc = abs(p - left), abs(p - up), abs(p - corner)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, corner))
        tries = [(row - guess) & 255 for guess in (0, left, up, (left + up) // 2, paeth)]
        costs = [np.minimum(t, 256 - t).sum() for t in tries]
        best = 0 if plain else int(np.argmin(costs))
        out.append(bytes([best]) + tries[best].astype(np.uint8).tobytes())
        up = row
    return b"".join(out)


def png(samples, colour, depth=8, interlaced=False, before=(), after=()):
    """samples is height x width, or x channels; before stands ahead of IDAT."""
    if samples.ndim == 2:
        samples = samples[..., None]
    h, w, channels = samples.shape
    bpp = max(1, channels * depth // 8)
    plain = colour == PALETTE or depth < 8
    raw = b""
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        if part.size:
            raw += filtered(packed(part, depth), bpp, plain)
    head = struct.pack(">LLBBBBB", w, h, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(before)
            + chunk(b"IDAT", zlib.compress(raw, 9)) + b"".join(after) + chunk(b"IEND", b""))


def iccp(profile):
    return chunk(b"iCCP", b"made up\0\0" + zlib.compress(profile, 9))


def paletted(im, colours, depth, before=(), interlaced=False):
    """im with a palette of its own; Pillow chooses the colours."""
    q = im.quantize(colours, dither=Image.Dither.FLOYDSTEINBERG)
    palette = bytes(q.getpalette()[: 3 * colours])
    return png(np.asarray(q), PALETTE, depth, interlaced, [chunk(b"PLTE", palette), *before])


def levels(im, depth):
    """Gray levels of few bits, dithered at 1 bit so that it stays a picture."""
    if depth == 1:
        return np.asarray(im.convert("1")).astype(int)
    return np.rint(np.asarray(im.convert("L")) / 255 * (2**depth - 1)).astype(int)


def apng():
    """Two frames, the first of them the still picture (APNG 1.0)."""
    def control(number):
        return chunk(b"fcTL", struct.pack(">LLLLLHHBB", number, 80, 60, 0, 0, 1, 10, 0, 0))

    first = np.asarray(scene.picture(80, 60, grain=0))
    second = zlib.compress(filtered(packed(first[:, ::-1], 8), 3, False), 9)
    return png(first, RGB, before=[chunk(b"acTL", struct.pack(">LL", 2, 0)), control(0)],
               after=[control(1), chunk(b"fdAT", struct.pack(">L", 2) + second)])


def originals():
    """Yields name and bytes."""
    view = scene.picture(144, 108, grain=0.2)
    rgb = np.asarray(view)
    gray = view.convert("L")
    large = scene.picture(320, 240, grain=0)
    yield "png-gray-1.png", png(levels(large, 1), GRAY, 1)
    yield "png-gray-2.png", png(levels(large, 2), GRAY, 2)
    yield "png-gray-4.png", png(levels(large, 4), GRAY, 4)
    yield "png-gray-8.png", png(np.asarray(gray), GRAY)
    deep = np.rint(scene.photo(128, 96, grain=0) * 65535).astype(int)
    yield "png-gray-16.png", png(deep.mean(-1).astype(int), GRAY, 16)
    yield "png-gray-trns.png", png(levels(large, 4), GRAY, 4, before=[chunk(b"tRNS", struct.pack(">H", 13))])
    yield "png-gray-alpha.png", png(np.asarray(scene.cutout(150, 200).convert("LA")), GRAY_ALPHA)
    yield "png-rgb-8.png", png(rgb, RGB)
    yield "png-rgb-16.png", png(deep[20:, 20:], RGB, 16)
    sky = tuple(int(v) for v in rgb[2, 2])
    yield "png-rgb-trns.png", png(np.where((abs(rgb - np.array(sky)) < 40).all(-1, keepdims=True), sky, rgb),
                                  RGB, before=[chunk(b"tRNS", struct.pack(">3H", *sky))])
    yield "png-rgb-interlaced.png", png(rgb, RGB, interlaced=True)
    yield "png-gray-2-interlaced.png", png(levels(large, 2), GRAY, 2, interlaced=True)

    for depth in (1, 2, 4):
        yield f"png-palette-{depth}.png", paletted(large, 2**depth, depth)
    yield "png-palette-8.png", paletted(scene.picture(200, 150, grain=0), 256, 8)
    yield "png-palette-8-interlaced.png", paletted(view, 256, 8, interlaced=True)
    ramp = bytes(min(255, 8 * i) for i in range(64))
    yield "png-palette-trns.png", paletted(large, 64, 8, [chunk(b"tRNS", ramp)])
    opaque = chunk(b"tRNS", b"\xff" * 16)
    yield "png-palette-trns-opaque.png", paletted(large, 16, 4, [opaque])

    soft = np.asarray(scene.cutout(180, 240))
    yield "png-rgba.png", png(soft, RGBA)
    yield "png-rgba-16.png", png(np.asarray(scene.cutout(90, 120)).astype(int) * 257, RGBA, 16)
    yield "png-rgba-opaque.png", png(np.dstack([rgb, np.full(rgb.shape[:2], 255)]), RGBA)
    signs = np.asarray(scene.marked(144, 108).transpose(Image.Transpose.ROTATE_90))
    yield "png-orientation-6.png", png(signs, RGB, before=[chunk(b"eXIf", metadata.exif(6, ">"))])
    yield "png-gps.png", png(rgb, RGB, after=[
        chunk(b"eXIf", metadata.exif(gps=True)), chunk(b"tEXt", b"Comment\0taken at home"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + metadata.XMP)])

    wide = np.rint(metadata.to_wide(scene.photo(144, 108, grain=0.2)) * 255).astype(int)
    yield "png-icc.png", png(wide, RGB, before=[iccp(metadata.wide_profile())])
    yield "png-gray-icc.png", png(np.asarray(gray), GRAY, before=[iccp(metadata.gray_profile())])
    yield "png-gamma.png", png(rgb, RGB, before=[  # gamma 1/1.8 and Display P3's primaries
        chunk(b"gAMA", struct.pack(">L", 55556)),
        chunk(b"cHRM", struct.pack(">8L", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))])
    yield "png-animated.png", apng()
    yield "png-truncated.png", png(rgb, RGB)[:14000]
    broken = bytearray(png(levels(large, 2), GRAY, 2))
    broken[-100] ^= 0x55
    yield "png-bad-checksum.png", bytes(broken)
    called = io.BytesIO()
    view.save(called, "PNG")
    yield "png-called.jpg", called.getvalue()
