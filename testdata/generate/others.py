"""The WebP, BMP and TIFF originals, and what is no picture to resize."""

import io
import struct

import imagecodecs
import numpy as np
import tifffile
from PIL import Image

import metadata
import scene


def webp(im, quality=80, **options):
    out = io.BytesIO()
    im.save(out, "WEBP", quality=quality, method=6, **options)
    return out.getvalue()


def tiff(samples, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, samples, metadata=None, software=False, **options)
    return out.getvalue()


def webps():
    view = scene.picture(400, 300, grain=0.8)
    odd = scene.picture(301, 227, grain=0.8)
    small = scene.picture(160, 120, grain=0)
    yield "webp-lossy.webp", webp(odd)
    yield "webp-lossy-alpha.webp", webp(scene.cutout(300, 400), exact=True)
    yield "webp-lossless.webp", webp(small, lossless=True)
    yield "webp-lossless-alpha.webp", webp(scene.cutout(150, 200), lossless=True, exact=True)
    signs = scene.marked(320, 240).transpose(Image.Transpose.ROTATE_90)
    yield "webp-orientation-6.webp", webp(signs, exif=metadata.exif(6))
    yield "webp-gps-xmp.webp", webp(view, exif=metadata.exif(gps=True), xmp=metadata.XMP)
    wide = np.rint(metadata.to_wide(scene.photo(400, 300, grain=0.8)) * 255).astype(np.uint8)
    yield "webp-icc.webp", webp(Image.fromarray(wide), icc_profile=metadata.wide_profile())
    moving = [scene.picture(120, 90, box=(x, 0, x + 800, 600), grain=0) for x in (0, 100, 200)]
    yield "webp-animated.webp", webp(moving[0], save_all=True, append_images=moving[1:], duration=100)
    yield "webp-truncated.webp", webp(view)[:9000]


def bmps():
    small = scene.picture(121, 91, grain=0.3)
    out = io.BytesIO()
    small.save(out, "BMP")
    yield "bmp-24.bmp", out.getvalue()
    out = io.BytesIO()
    scene.picture(160, 120, grain=0).quantize(256).save(out, "BMP")
    yield "bmp-palette-8.bmp", out.getvalue()
    yield "bmp-rgba.bmp", imagecodecs.bmp_encode(np.asarray(scene.cutout(60, 80)))


def tiffs():
    rgb = np.asarray(scene.picture(150, 113, grain=0))
    deep = np.rint(scene.photo(96, 72, grain=0) * 65535).astype(np.uint16)
    cut = np.asarray(scene.cutout(120, 160))
    yield "tiff-rgb.tif", tiff(rgb[:90, :120], photometric="rgb")
    yield "tiff-rgb-lzw.tif", tiff(rgb, photometric="rgb", compression="lzw", predictor=True, rowsperstrip=32)
    yield "tiff-rgb-deflate-tiled.tif", tiff(
        rgb, photometric="rgb", compression="zlib", predictor=True, tile=(64, 64), byteorder=">")
    yield "tiff-rgb-16.tif", tiff(deep, photometric="rgb", compression="zlib", predictor=True)
    yield "tiff-gray.tif", tiff(rgb.mean(-1).astype(np.uint8), photometric="minisblack", compression="lzw")
    yield "tiff-rgba.tif", tiff(cut, photometric="rgb", compression="zlib", extrasamples=["unassalpha"])
    signs = np.asarray(scene.marked(144, 108).transpose(Image.Transpose.ROTATE_90))
    yield "tiff-orientation-6.tif", tiff(signs, photometric="rgb", compression="zlib", predictor=True,
                                         extratags=[(274, "H", 1, 6, True)])
    wide = np.rint(metadata.to_wide(scene.photo(144, 108, grain=0)) * 255).astype(np.uint8)
    yield "tiff-icc.tif", tiff(wide, photometric="rgb", compression="zlib", predictor=True,
                               iccprofile=metadata.wide_profile())


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480" viewBox="0 0 640 480">
  <rect width="640" height="480" fill="#9cc4e4"/>
  <circle cx="320" cy="200" r="110" fill="#d81e26"/>
  <rect x="292" y="350" width="56" height="40" fill="#96683e"/>
</svg>
"""

HTML = b"""<!DOCTYPE html>
<html><head><title>404</title></head><body><h1>Not found</h1></body></html>
"""


def heic():
    """The boxes a phone's picture begins with (ISO/IEC 23008-12, annex B); no picture follows."""
    def box(kind, data):
        return struct.pack(">L", len(data) + 8) + kind + data

    handler = box(b"hdlr", bytes(8) + b"pict" + bytes(13))
    return (box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
            + box(b"meta", bytes(4) + handler + box(b"pitm", bytes(4) + b"\0\1")) + box(b"mdat", bytes(64)))


def not_resized():
    small = scene.picture(160, 120, grain=0)
    out = io.BytesIO()
    small.save(out, "AVIF", quality=50)
    yield "avif.avif", out.getvalue()
    yield "jpegxl.jxl", imagecodecs.jpegxl_encode(np.asarray(small), distance=2.0)
    yield "heic-header.heic", heic()
    yield "svg.svg", SVG
    yield "html-called.jpg", HTML
    yield "empty.jpg", b""


def originals():
    """Yields name and bytes."""
    yield from webps()
    yield from bmps()
    yield from tiffs()
    yield from not_resized()
