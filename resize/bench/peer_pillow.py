"""Resizes one picture N times with Pillow, as its documentation shows, and
prints CPU milliseconds of each time and the peak resident memory.
It always crops the centre, and does not sharpen.
python3 peer_pillow.py IN OUT WIDTH HEIGHT FORMAT QUALITY TIMES EXTRA"""
import io
import json
import re
import sys
import time

from PIL import Image, ImageOps, ImageSequence

Image.MAX_IMAGE_PIXELS = None
source, target, width, height, form, quality, times, _ = sys.argv[1:]
size = int(width), int(height)
with open(source, "rb") as f:
    original = f.read()


def variant():
    image = Image.open(io.BytesIO(original))
    out = io.BytesIO()
    if form in ("gif", "webp"):
        frames = [ImageOps.fit(f.convert("RGBA"), size, Image.LANCZOS) for f in ImageSequence.Iterator(image)]
        frames[0].save(out, form.upper(), save_all=True, append_images=frames[1:], quality=int(quality),
                       duration=image.info.get("duration", 100), loop=image.info.get("loop", 0))
        return out.getvalue()
    if form == "jpeg" and image.format == "JPEG":
        image.draft(None, (2 * size[0], 2 * size[1]))
    image = ImageOps.fit(ImageOps.exif_transpose(image), size, Image.LANCZOS)
    if form == "jpeg":
        image.convert("L" if image.mode == "L" else "RGB").save(out, "JPEG", quality=int(quality))
    else:
        image.save(out, "PNG")
    return out.getvalue()


cpu = []
for i in range(int(times) + 1):
    before = time.process_time()
    made = variant()
    if i:  # the first one warms up
        cpu.append((time.process_time() - before) * 1000)
    else:
        with open(target, "wb") as f:
            f.write(made)
with open("/proc/self/status") as f:
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", f.read())[1]) / 1024
print(json.dumps({"cpu_ms": cpu, "peak_mb": peak}))
