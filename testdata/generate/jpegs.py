"""The JPEG originals."""

import io
import struct

import imagecodecs
import numpy as np
from PIL import Image

import metadata
import scene

SOI = b"\xff\xd8"
# How Pillow turns the upright picture into what is stored.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}


def jpeg(im, quality=78, **options):
    out = io.BytesIO()
    im.save(out, "JPEG", quality=quality, optimize=True, **options)
    return out.getvalue()


def sampled(im, subsampling, quality=78):
    """For the samplings that Pillow does not write."""
    return imagecodecs.jpeg8_encode(np.asarray(im), quality, subsampling=subsampling, optimize=True)


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def with_segments(data, *segments):
    """Puts segments right behind SOI."""
    return SOI + b"".join(segments) + data[2:]


def app1(block):
    return segment(0xE1, b"Exif\0\0" + block)


def app2(profile, pieces):
    """An ICC profile in several segments (ICC.1:2010, annex B.4)."""
    size = -(-len(profile) // pieces)
    return [
        segment(0xE2, b"ICC_PROFILE\0" + bytes([i + 1, pieces]) + profile[i * size:(i + 1) * size])
        for i in range(pieces)
    ]


def stored(im, orientation):
    return im.transpose(STORED[orientation]) if orientation in STORED else im


def inks(width, height):
    """The scene in CMYK, 255 is full ink, with black taken out of the colours."""
    im = scene.photo(width, height, grain=0.6)
    k = (1 - im.max(-1, keepdims=True)) * 0.85
    cmy = 1 - im / (1 - k)
    return np.rint(np.concatenate([cmy, k], -1).clip(0, 1) * 255).astype(np.uint8)


def originals():
    """Yields name and bytes."""
    view = scene.picture(400, 300, grain=0.8)
    odd = scene.picture(301, 227, grain=0.6)  # no multiple of any MCU
    yield "PHOTO.jpg", jpeg(scene.picture(), quality=90)
    yield "jpeg-444.jpg", jpeg(odd, subsampling="4:4:4")
    yield "jpeg-422.jpg", jpeg(odd, subsampling="4:2:2")
    yield "jpeg-420.jpg", jpeg(odd, subsampling="4:2:0")
    yield "jpeg-440.jpg", sampled(odd, "440")
    yield "jpeg-411.jpg", sampled(odd, "411")
    yield "jpeg-gray.jpg", jpeg(odd.convert("L"))
    yield "jpeg-gray-icc.jpg", jpeg(odd.convert("L"), icc_profile=metadata.gray_profile())
    yield "jpeg-progressive-420.jpg", jpeg(view, progressive=True)
    yield "jpeg-progressive-444.jpg", jpeg(odd, progressive=True, subsampling="4:4:4")
    yield "jpeg-progressive-gray.jpg", jpeg(odd.convert("L"), progressive=True)
    yield "jpeg-restart-markers.jpg", jpeg(odd, restart_marker_blocks=5)
    yield "jpeg-progressive-420-restart-markers.jpg", jpeg(odd, restart_marker_rows=1, progressive=True)
    yield "jpeg-progressive-444-restart-markers.jpg", jpeg(
        odd, restart_marker_rows=1, progressive=True, subsampling="4:4:4")
    yield "jpeg-rgb-adobe.jpg", jpeg(odd, keep_rgb=True)
    yield "été +1 %.jpg", jpeg(scene.picture(400, 300, box=(900, 700, 1600, 1200), grain=0.8))

    yield "jpeg-cmyk-adobe.jpg", jpeg(Image.fromarray(inks(200, 150), "CMYK"))
    yield "jpeg-ycck-adobe.jpg", imagecodecs.jpeg8_encode(
        255 - inks(240, 180), 78, colorspace="CMYK", outcolorspace="YCCK", subsampling="420")
    yield "jpeg-cmyk-icc.jpg", jpeg(Image.fromarray(inks(200, 150), "CMYK"), icc_profile=metadata.ink_profile())

    signs = scene.marked(240, 180)
    for o in range(1, 9):
        block = metadata.exif(o, order="<>"[o % 2])
        yield f"jpeg-orientation-{o}.jpg", with_segments(jpeg(stored(signs, o)), app1(block))
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + metadata.XMP)
    yield "jpeg-orientation-6-behind-xmp.jpg", with_segments(
        jpeg(stored(signs, 6)), xmp, segment(0xFE, b"a comment"), app1(metadata.exif(6)))
    yield "jpeg-orientation-8-progressive.jpg", with_segments(
        jpeg(stored(signs, 8), progressive=True), app1(metadata.exif(8)))
    yield "jpeg-gps.jpg", with_segments(
        jpeg(view, comment=b"taken at home"), app1(metadata.exif(1, gps=True)), xmp)

    wide = Image.fromarray(np.rint(metadata.to_wide(scene.photo(400, 300, grain=0.8)) * 255).astype(np.uint8))
    yield "jpeg-icc.jpg", jpeg(wide, icc_profile=metadata.wide_profile())
    pieces = app2(metadata.wide_profile(), 3)
    yield "jpeg-icc-chunks-unordered.jpg", with_segments(jpeg(wide), pieces[2], pieces[0], pieces[1])
    yield "jpeg-icc-large.jpg", with_segments(
        jpeg(wide, quality=30), *app2(metadata.wide_profile(curve_points=11000), 2))

    second = io.BytesIO()
    small = scene.picture(64, 48)
    small.save(second, "JPEG")
    yield "jpeg-trailing-garbage.jpg", jpeg(view) + b"ftypmp42" * 30 + second.getvalue() + b"\xff\xd8\xff\xc0"
    yield "jpeg-truncated.jpg", jpeg(view)[:10000]
    yield "jpeg-truncated-progressive.jpg", jpeg(view, progressive=True)[:10000]
