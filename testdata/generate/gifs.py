"""The GIF originals. The writer is our own, so that each frame is as meant."""

import struct

import numpy as np
from PIL import Image

import scene

KEEP, BACKGROUND, PREVIOUS = 1, 2, 3  # disposals (GIF89a, section 23); 0 is unspecified


def lzw(indices, bits):
    """GIF89a, appendix F; bits is the minimum code size."""
    clear, end = 1 << bits, (1 << bits) + 1
    acc = n = 0
    out = bytearray()

    def put(code, size):
        nonlocal acc, n
        acc |= code << n
        n += size
        while n >= 8:
            out.append(acc & 255)
            acc >>= 8
            n -= 8

    table, size = {}, bits + 1
    put(clear, size)
    prefix = None
    for value in indices:
        if prefix is None:
            prefix = value
            continue
        if (prefix, value) in table:
            prefix = table[prefix, value]
            continue
        put(prefix, size)
        code = end + 1 + len(table)
        if code == 4096:
            put(clear, size)
            table, size = {}, bits + 1
        else:
            table[prefix, value] = code
            if code == 1 << size:
                size += 1
        prefix = value
    put(prefix, size)
    put(end, size)
    if n:
        out.append(acc)
    return bytes(out)


def blocks(data):
    return b"".join(bytes([len(data[i:i + 255])]) + data[i:i + 255] for i in range(0, len(data), 255)) + b"\0"


def table_bits(palette):
    """The palette's bits, for 2, 4, ... 256 colours."""
    return max(1, (len(palette) // 3 - 1).bit_length())


def padded(palette):
    return palette.ljust(3 << table_bits(palette), b"\0")


def gif(size, palette, frames, loop=None):
    """loop is the NETSCAPE count, 0 for ever; None plays once."""
    out = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80 | 0x70 | (table_bits(palette) - 1), 0, 0) + padded(palette)
    if loop is not None:
        out += b"\x21\xff\x0bNETSCAPE2.0" + blocks(b"\1" + struct.pack("<H", loop))
    return out + b"".join(f if isinstance(f, bytes) else frame(palette, **f) for f in frames) + b";"


def frame(shared, pixels, at=(0, 0), delay=0, disposal=0, clear=None, palette=None, interlaced=False):
    """One frame; clear is the transparent index, palette a local one; delay in 1/100 s."""
    h, w = pixels.shape
    flags = 0x40 if interlaced else 0
    local = b""
    if palette is not None:
        flags |= 0x80 | (table_bits(palette) - 1)
        local = padded(palette)
    if interlaced:  # GIF89a, appendix E
        pixels = np.concatenate([pixels[0::8], pixels[4::8], pixels[2::4], pixels[1::2]])
    bits = max(2, table_bits(palette or shared))
    control = b"\x21\xf9\x04" + struct.pack(
        "<BHB", disposal << 2 | (clear is not None), delay, clear or 0) + b"\0"
    descriptor = b"," + struct.pack("<HHHHB", *at, w, h, flags)
    return control + descriptor + local + bytes([bits]) + blocks(lzw(pixels.ravel().tolist(), bits))


def indexed(im, colours):
    """Pixels and palette of an RGB picture, without dithering."""
    q = im.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    return np.asarray(q), bytes(q.getpalette()[: 3 * colours])


def sprite(width, height, palette, clear):
    """The large balloon in the colours of palette, clear around it."""
    cut = scene.cutout(width, height)
    holder = Image.new("P", (1, 1))
    holder.putpalette(palette)
    pixels = np.asarray(cut.convert("RGB").quantize(palette=holder, dither=Image.Dither.NONE)).copy()
    pixels[np.asarray(cut)[..., 3] < 128] = clear
    return pixels


def flight():
    """Every disposal, partial frames, a local palette, an interlaced frame."""
    view = scene.picture(240, 180, box=(700, 300, 1500, 900), grain=0)
    pixels, palette = indexed(view, 63)
    palette += b"\xff\0\xff"  # index 63 is the transparent one
    ball = sprite(60, 80, palette, 63)
    red, reds = indexed(scene.picture(80, 60, box=(350, 650, 550, 800), grain=0), 16)
    return (240, 180), palette, [
        dict(pixels=pixels, delay=12, disposal=KEEP),
        dict(pixels=ball, at=(10, 60), delay=7, disposal=PREVIOUS, clear=63),
        dict(pixels=ball, at=(50, 40), delay=7, disposal=PREVIOUS, clear=63),
        dict(pixels=red, at=(150, 110), delay=25, disposal=KEEP, palette=reds),
        dict(pixels=ball, at=(90, 30), delay=3, disposal=BACKGROUND, clear=63, interlaced=True),
        dict(pixels=ball, at=(170, 90), delay=0, disposal=0, clear=63),
        dict(pixels=pixels[100:180, 0:120], at=(0, 100), delay=10, disposal=BACKGROUND),
        dict(pixels=ball, at=(30, 90), delay=100, disposal=KEEP, clear=63),
    ]


def sticker():
    """See-through all around, the first frame smaller than the picture."""
    _, palette = indexed(scene.cutout(150, 200).convert("RGB"), 31)
    palette += b"\0\xff\0"
    ball = sprite(90, 120, palette, 31)
    return (160, 200), palette, [
        dict(pixels=ball, at=(35, 70 - 20 * i), delay=8, disposal=BACKGROUND, clear=31) for i in range(4)
    ]


def originals():
    """Yields name and bytes."""
    pixels, palette = indexed(scene.picture(320, 240, grain=0), 64)
    still = ((320, 240), palette)
    yield "gif-still.gif", gif(*still, [dict(pixels=pixels)])
    yield "gif-interlaced.gif", gif(*still, [dict(pixels=pixels, interlaced=True)])
    _, few = indexed(scene.cutout(180, 240).convert("RGB"), 31)
    few += b"\0\xff\0"
    yield "gif-transparent.gif", gif((180, 240), few, [dict(pixels=sprite(180, 240, few, 31), clear=31)])
    grays = np.asarray(scene.picture(320, 240, grain=0).convert("L")) // 16
    yield "gif-gray.gif", gif((320, 240), bytes(17 * (i // 3) for i in range(48)), [dict(pixels=grays)])
    yield "gif-animated-disposals.gif", gif(*flight(), loop=0)
    yield "gif-animated-loop-3.gif", gif(*sticker(), loop=3)
    yield "gif-animated-once.gif", gif(*sticker())
    comment = b"\x21\xfe" + blocks(b"taken at home")
    xmp = b"\x21\xff\x0bXMP DataXMP" + b"<x:xmpmeta/>" + bytes([1] + list(range(255, -1, -1))) + b"\0"
    yield "gif-comment-xmp.gif", gif(*still, [comment, xmp, dict(pixels=pixels)])
    yield "gif-truncated.gif", gif(*still, [dict(pixels=pixels)])[:12000]
