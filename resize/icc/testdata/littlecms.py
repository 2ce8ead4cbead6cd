"""Writes what littleCMS makes of CMYK colours, NAME.txt for each NAME.icc.

Needs Pillow (13.0 with littleCMS 2.19 made the files here). A line is cyan,
magenta, yellow, black (255 is full ink), red, green, blue.
"""
import io
import itertools
import pathlib
import random

from PIL import Image, ImageCms

# littleCMS compensates for black points whenever one profile is of version 4,
# so its own sRGB is made to say version 2.
srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
srgb[8] = 2

random.seed(1)
inks = list(itertools.product((0, 255), repeat=4))
inks += [tuple(random.choice((0, 40, 128, 200, 255, random.randrange(256))) for _ in range(4)) for _ in range(200)]

here = pathlib.Path(__file__).parent
for path in sorted(here.glob("*.icc")):
    transform = ImageCms.buildTransform(
        io.BytesIO(path.read_bytes()), io.BytesIO(srgb), "CMYK", "RGB",
        ImageCms.Intent.PERCEPTUAL, ImageCms.Flags.NOOPTIMIZE)
    picture = Image.new("CMYK", (len(inks), 1))
    picture.putdata(inks)
    rgb = list(ImageCms.applyTransform(picture, transform).get_flattened_data())
    lines = [" ".join(map(str, ink + out)) for ink, out in zip(inks, rgb)]
    path.with_suffix(".txt").write_text("\n".join(lines) + "\n")
