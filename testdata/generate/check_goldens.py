"""Judges testdata/golden by variants that Pillow and littleCMS make.

    /tmp/fixtures/bin/python testdata/generate/check_goldens.py [SHEET.png]

Run it after `go test ./resize -run Golden -update`. It prints how far each
golden is from Pillow's variant (PSNR in dB, worst first) and its metadata;
SHEET.png shows golden and Pillow's variant side by side. JPEG goldens come to
35 dB and more, PNG goldens to 40, GIF goldens to 25, for their palettes. Look
at what is below, or lower than its neighbours.
"""

import io
import pathlib
import re
import sys

import numpy as np
from PIL import Image, ImageCms, ImageDraw, ImageOps, ImageSequence

TESTDATA = pathlib.Path(__file__).parent.parent
SRGB = ImageCms.createProfile("sRGB")


def rgba(im):
    """Any picture as RGBA, in the colours of its file, CMYK as sRGB."""
    profile = im.info.get("icc_profile")
    if im.mode == "CMYK" and profile:
        im = ImageCms.profileToProfile(im, io.BytesIO(profile), SRGB, outputMode="RGB")
    if im.mode.startswith("I"):
        im = Image.fromarray(np.rint(np.asarray(im) / 257).astype(np.uint8))
    gray_levels = {"png-gray-trns.png": 13 * 17}  # Pillow does not widen this 4-bit level to 8 bits
    name = pathlib.Path(getattr(im, "filename", "")).name
    if name in gray_levels:
        im.info["transparency"] = gray_levels[name]
    return im.convert("RGBA")


def frames(path):
    with Image.open(path) as im:
        if im.format != "GIF":
            return [rgba(ImageOps.exif_transpose(im) if im.getexif().get(0x112, 1) != 1 else im)]
        return [f.convert("RGBA") for f in ImageSequence.Iterator(im)]


def composed(size, palette, rows):
    """What a viewer sees of a GIF of gifs.py; Pillow takes its disposals otherwise than browsers."""
    canvas, shown = Image.new("RGBA", size), []
    for row in rows:
        colours = np.frombuffer(row.get("palette") or palette, np.uint8).reshape(-1, 3)
        a = np.dstack([colours[row["pixels"]], np.full(row["pixels"].shape, 255, np.uint8)])
        if row.get("clear") is not None:
            a[row["pixels"] == row["clear"]] = 0
        part, before, at = Image.fromarray(a, "RGBA"), canvas.copy(), row.get("at", (0, 0))
        canvas.alpha_composite(part, at)
        shown.append(canvas.copy())
        if row.get("disposal") == 2:
            canvas.paste((0, 0, 0, 0), (*at, at[0] + part.width, at[1] + part.height))
        elif row.get("disposal") == 3:
            canvas = before
    return shown


def originals(name):
    if name.startswith("gif-animated"):
        import gifs
        return composed(*(gifs.flight() if "disposals" in name else gifs.sticker()))
    return frames(TESTDATA / "originals" / name)


def variant(im, width, height, fit):
    im = im.convert("RGBa")  # alpha multiplied in
    ratio = im.width / im.height
    if fit == "cover":
        im = ImageOps.fit(im, (width, height), Image.Resampling.LANCZOS)
    else:
        if fit == "inside" and (width == 0 or height and width > height * ratio):
            width = round(height * ratio)
        elif fit == "inside":
            height = round(width / ratio)
        im = im.resize((width, height), Image.Resampling.LANCZOS)
    return im


def jpeg(im):
    """im as a JPEG leaves it, so that the coder's loss is on both sides."""
    out = io.BytesIO()
    im.convert("RGB").save(out, "JPEG", quality=80, subsampling="4:2:0")
    return Image.open(out).convert("RGBa")


def psnr(a, b):
    if a.size != b.size:
        return 0.0
    error = np.square(np.asarray(a, float) - np.asarray(b, float)).mean()
    return 10 * np.log10(255**2 / max(error, 1e-3))


def judge(path):
    name, width, height, fit, _ = re.fullmatch(r"(.+)\.(\d+)x(\d+)\.(\w+)\.(\w+)", path.name).groups()
    want = [variant(im, int(width), int(height), fit) for im in originals(name)]
    if path.suffix == ".jpg":
        want = [jpeg(im) for im in want]
    got = [im.convert("RGBa") for im in frames(path)]
    if len(got) != len(want):
        return 0.0, got, want
    return min(psnr(g, w) for g, w in zip(got, want)), got, want


def facts(path):
    with Image.open(path) as im:
        kept = [k for k in ("exif", "xmp", "comment", "icc_profile", "gamma", "loop") if k in im.info]
        return f"{im.format} {im.mode} {im.size[0]}x{im.size[1]} {' '.join(kept)}"


def sheet(rows, path):
    pairs = [(f"{name} {i}", g, w) for _, name, got, want in rows for i, (g, w) in enumerate(zip(got, want))]
    columns, cell = 5, (330, 175)
    page = Image.new("RGB", (columns * cell[0], -(-len(pairs) // columns) * cell[1]), (200, 0, 200))
    draw = ImageDraw.Draw(page)
    for n, (label, got, want) in enumerate(pairs):
        x, y = n % columns * cell[0], n // columns * cell[1]
        for k, im in enumerate((got, want)):
            im = im.convert("RGBA")
            im.thumbnail((160, 150))
            page.paste(im, (x + k * 163, y), im)
        draw.text((x, y + 158), label, fill="white")
    page.save(path)


def main():
    rows = sorted(((db, path.name, got, want) for path in sorted((TESTDATA / "golden").iterdir())
                   for db, got, want in [judge(path)]), key=lambda row: row[0])
    for db, name, *_ in rows:
        print(f"{db:5.1f} dB  {name}  ({facts(TESTDATA / 'golden' / name)})")
    if len(sys.argv) > 1:
        sheet(rows, sys.argv[1])


if __name__ == "__main__":
    main()
