"""The scene that the originals show: balloons over a lake in the mountains.

Everything is computed from numpy's seeded generator, so the picture belongs
to nobody. It holds what resizing is judged by: long gradients (sky), hard
edges (ridges, roof, balloons), fine texture (grass, needles, ripples), strong
colours, skin-like tones and a camera's noise.
"""

import functools

import numpy as np
from PIL import Image, ImageDraw, ImageFont

W, H = 3200, 2400  # drawn at twice the size of PHOTO.jpg, to smooth edges
SHORE = 1560  # y of the far shore
BANK = 1930  # mean y of the near bank


def noise(shape, slope, seed, stretch=1.0):
    """Noise with a 1/f**slope spectrum, mean 0, deviation 1."""
    rng = np.random.default_rng(seed)
    fy = np.fft.fftfreq(shape[0])[:, None]
    fx = np.fft.rfftfreq(shape[1])[None, :] * stretch
    f = np.hypot(fx, fy)
    f[0, 0] = np.inf
    n = np.fft.irfft2(np.fft.rfft2(rng.standard_normal(shape)) / f**slope, shape)
    return ((n - n.mean()) / n.std()).astype(np.float32)


def curve(n, slope, seed):
    """A line of noise, for a ridge or a bank."""
    return noise((1, n), slope, seed)[0]


def mix(a, b, t):
    """a where t is 0, b where t is 1."""
    return a + (b - a) * t


def smooth(x, lo, hi):
    t = np.clip((x - lo) / (hi - lo), 0, 1)
    return t * t * (3 - 2 * t)


def rgb(*levels):
    return np.array(levels, np.float32) / 255


YY, XX = np.mgrid[0:H, 0:W].astype(np.float32)


def sky():
    t = (YY / SHORE)[..., None]
    im = mix(rgb(52, 108, 182), rgb(150, 190, 222), smooth(t, 0.0, 0.62))
    im = mix(im, rgb(250, 214, 178), smooth(t, 0.45, 0.98))
    glow = np.exp(-(((XX - 2150) / 900) ** 2 + ((YY - 1180) / 420) ** 2))[..., None]
    im = mix(im, rgb(255, 236, 196), 0.75 * glow)
    clouds = noise((H, W), 2.0, 1, stretch=2.6) + 0.3 * noise((H, W), 1.7, 2, stretch=1.6)
    cover = smooth(clouds, 0.35, 1.7)[..., None] * smooth(t, 1.0, 0.35)
    light = smooth(np.roll(clouds, 50, axis=0) - clouds, -0.45, 0.45)[..., None]
    return mix(im, mix(rgb(188, 190, 208), rgb(255, 250, 242), light), 0.9 * cover)


def mountains(im):
    """Four ridges, the far ones pale with haze and the second one snowy."""
    relief = noise((H, W), 1.55, 20)
    slopes = np.roll(relief, -6, 1) - np.roll(relief, 6, 1) + 0.6 * (
        np.roll(relief, -6, 0) - np.roll(relief, 6, 0))
    lit = smooth(slopes, -0.26, 0.22)[..., None]
    ridges = [  # mean y, height, seed, light and shadow colours, snow line
        (1130, 85, 31, rgb(172, 182, 200), rgb(146, 162, 190), None),
        (1020, 190, 32, rgb(142, 138, 146), rgb(78, 90, 122), 1120),
        (1310, 90, 33, rgb(96, 124, 108), rgb(58, 86, 98), None),
        (1450, 50, 34, rgb(78, 108, 66), rgb(34, 62, 56), None),
    ]
    for base, height, seed, light, shade, snow in ridges:
        top = base - height * curve(W, 1.25, seed)
        inside = np.clip(YY - top + 0.5, 0, 1)[..., None]
        colour = mix(shade, light, lit)
        if snow is not None:
            white = smooth(snow + 60 * noise((H, W), 1.3, 21) - YY, -25, 60)[..., None]
            colour = mix(colour, mix(rgb(140, 160, 205), rgb(255, 247, 236), lit), white)
        haze = smooth(YY, top, top + 3.5 * height + 120)[..., None] * 0.45
        im = mix(im, mix(colour, rgb(214, 204, 198), haze), inside)
    return im


def forest(im, layer):
    """Pines along the far shore and, tall, at the sides of the near one."""
    draw = ImageDraw.Draw(layer)
    rng = np.random.default_rng(4)
    for x in np.sort(rng.uniform(-20, W + 20, 520)):
        pine(draw, rng, x, SHORE + rng.uniform(-14, 4), rng.uniform(38, 105), dark=0.55)
    return im


def pine(draw, rng, x, foot, height, dark=1.0):
    green = np.array([22, 46, 36]) + rng.uniform(-9, 12, 3) + (1 - dark) * np.array([34, 44, 40])
    draw.rectangle([x - height / 60, foot - height * 0.1, x + height / 60, foot], fill=(58, 42, 32, 255))
    tiers = max(6, int(height / 16))
    for i in range(tiers):
        y = foot - height * (0.08 + 0.92 * i / tiers)
        half = height * 0.24 * (1 - i / tiers) + height * 0.012
        for side in (-1, 1):
            for _ in range(4):
                reach = half * rng.uniform(0.6, 1.12) * side
                tip = (x + reach, y + height * rng.uniform(0.015, 0.06))
                lift = 16 if side > 0 else 0
                shade = tuple(int(v) for v in np.clip(green + lift + rng.uniform(-8, 8), 0, 255))
                draw.polygon([(x, y - height * 1.5 / tiers), tip, (x, y + height * 0.02)], fill=shade + (255,))


def hut(layer):
    draw = ImageDraw.Draw(layer)
    x, y = 690, SHORE + 8
    draw.polygon([(x, y - 95), (x + 190, y - 95), (x + 190, y), (x, y)], fill=(116, 74, 46, 255))
    for i in range(9):
        draw.line([(x, y - 90 + i * 10), (x + 190, y - 90 + i * 10)], fill=(92, 56, 34, 255), width=2)
    draw.polygon([(x - 26, y - 88), (x + 36, y - 176), (x + 160, y - 176), (x + 216, y - 88)], fill=(186, 42, 30, 255))
    draw.polygon([(x + 160, y - 176), (x + 216, y - 88), (x + 150, y - 88)], fill=(214, 62, 40, 255))
    draw.rectangle([x + 34, y - 68, x + 70, y - 34], fill=(255, 224, 130, 255), outline=(240, 236, 224, 255), width=4)
    draw.rectangle([x + 110, y - 72, x + 150, y], fill=(236, 232, 220, 255))
    draw.rectangle([x + 118, y - 64, x + 142, y], fill=(58, 92, 130, 255))


def balloon(im, cx, cy, r, stripes, turn):
    """A ball that narrows to a basket, gores in the colours of stripes."""
    y0, y1, x0, x1 = int(cy - r * 1.1), int(cy + r * 1.9), int(cx - r * 1.1), int(cx + r * 1.1)
    u, v = (XX[y0:y1, x0:x1] - cx) / r, (YY[y0:y1, x0:x1] - cy) / r
    half = np.where(v < 0, np.sqrt(np.clip(1 - v * v, 1e-6, 1)), np.clip(1 - 0.62 * np.clip(v, 0, 1.35) ** 1.7, 0.02, 1))
    mask = np.clip((half - np.abs(u)) * r + 0.5, 0, 1) * (v > -1) * np.clip((1.22 - v) * r, 0, 1)
    angle = np.arcsin(np.clip(u / half, -1, 1))
    gore = (angle / np.pi + 0.5) * 9 + turn
    colour = np.array(stripes, np.float32)[np.floor(gore).astype(int) % len(stripes)] / 255
    seam = np.clip(np.abs(gore - np.round(gore)) * 14, 0.72, 1)[..., None]
    shade = np.clip(0.42 + 0.62 * np.cos(angle - 0.65) * np.cos(np.clip(v, -1, 1) * 1.1 + 0.25), 0.22, 1.05)[..., None]
    part = im[y0:y1, x0:x1]
    part[:] = mix(part, np.clip(colour * seam * shade, 0, 1), mask[..., None])
    ropes = Image.new("RGBA", (x1 - x0, y1 - y0))
    draw = ImageDraw.Draw(ropes)
    bx, by = cx - x0, cy - y0
    for side in (-0.3, -0.1, 0.1, 0.3):
        draw.line([(bx + side * r * 0.6, by + 1.2 * r), (bx + side * r * 0.42, by + 1.56 * r)], fill=(70, 60, 50, 255), width=2)
    draw.rectangle([bx - 0.13 * r, by + 1.55 * r, bx + 0.13 * r, by + 1.75 * r], fill=(150, 104, 62, 255), outline=(104, 66, 38, 255), width=3)
    over(part, ropes)


def over(im, layer):
    """Lays an RGBA picture over im, in place."""
    a = np.asarray(layer, np.float32) / 255
    im[:] = mix(im, a[..., :3], a[..., 3:])


def lake(im):
    """The far shore mirrored in water that ripples more the nearer it is."""
    below = YY[SHORE:] - SHORE
    ripple = noise((H - SHORE, W), 0.9, 50, stretch=0.12)
    wave = ripple * (1.5 + below / 26)
    src_y = np.clip(SHORE - 3 - below * 1.15 + wave, 0, SHORE - 1).astype(int)
    src_x = np.clip(XX[SHORE:] + ripple * below / 60, 0, W - 1).astype(int)
    water = im[src_y, src_x] * 0.86
    deep = smooth(below, 0, 700)[..., None]
    water = mix(water, rgb(22, 66, 86), 0.12 + 0.46 * deep)
    spark = smooth(ripple, 1.7, 3.0)[..., None] * smooth(np.abs(XX[SHORE:] - 2150), 900, 80)[..., None]
    im[SHORE:] = np.clip(mix(water, rgb(255, 240, 210), 0.8 * spark), 0, 1)
    return im


def meadow(im):
    """Grass and flowers on the near bank, sand where it meets the water."""
    edge = BANK + 70 * curve(W, 1.6, 60) + 130 * ((XX[0] - 1500) / 1600) ** 2 * -1 + 90
    inside = np.clip(YY - edge + 0.5, 0, 1)[..., None]
    sand = mix(rgb(232, 190, 160), rgb(190, 142, 112), smooth(noise((H, W), 0.7, 61), -2, 2)[..., None])
    earth = mix(rgb(60, 84, 30), rgb(112, 134, 52), smooth(noise((H, W), 0.9, 62), -2, 2)[..., None])
    grass = smooth(YY - edge + 18 * noise((H, W), 1.0, 63), 26, 70)[..., None]
    im = mix(im, mix(sand, earth, grass), inside)
    layer = Image.new("RGBA", (W, H))
    draw = ImageDraw.Draw(layer)
    rng = np.random.default_rng(64)
    feet = np.sort(rng.uniform(BANK - 100, H + 60, 26000))
    for y in feet:
        x = rng.uniform(-10, W + 10)
        if y < edge[int(np.clip(x, 0, W - 1))] + 52:
            continue
        near = (y - BANK) / (H - BANK)
        length = mix(18, 120, np.clip(near, 0, 1)) * rng.uniform(0.5, 1.2)
        lean = rng.normal(0.12, 0.25) * length
        tone = mix(np.array([56, 90, 26]), np.array([172, 190, 84]), rng.uniform() ** 1.6)
        width = int(2 + 4 * max(near, 0))
        tip, mid = (x + lean, y - length), (x + lean * 0.35, y - length * 0.55)
        draw.line([(x, y), mid, tip], fill=tuple(int(v) for v in tone) + (255,), width=width)
        if rng.uniform() < 0.014:
            flower(draw, rng, tip, 5 + 17 * max(near, 0))
    for x, y, height in ((70, 2090, 900), (250, 2030, 640), (3010, 2060, 760), (3160, 2100, 1010), (2860, 2010, 430)):
        pine(draw, rng, x, y, height)
    over(im, layer)
    return im


def flower(draw, rng, at, r):
    colours = [(224, 28, 36), (224, 28, 36), (250, 200, 24), (126, 62, 186), (248, 244, 238), (238, 92, 140)]
    c = colours[rng.integers(len(colours))] + (255,)
    x, y = at
    for dx, dy in ((-0.6, 0), (0.6, 0), (0, -0.6), (0, 0.6)):
        draw.ellipse([x + (dx - 0.62) * r, y + (dy - 0.55) * r, x + (dx + 0.62) * r, y + (dy + 0.55) * r], fill=c)
    draw.ellipse([x - 0.32 * r, y - 0.32 * r, x + 0.32 * r, y + 0.32 * r], fill=(250, 210, 90, 255))


@functools.cache
def clean():
    """The scene without a camera's noise, 1600x1200x3, 0 to 1."""
    im = mountains(sky())
    layer = Image.new("RGBA", (W, H))
    forest(im, layer)
    hut(layer)
    over(im, layer)
    red, cream, blue = (216, 30, 38), (250, 236, 204), (28, 74, 176)
    skin, brown, pink = (240, 196, 168), (164, 108, 80), (226, 168, 140)
    yellow, green, violet = (252, 206, 22), (20, 146, 84), (108, 44, 150)
    balloon(im, 930, 560, 275, [red, cream, blue, cream], 0.4)
    balloon(im, 1880, 420, 165, [yellow, green, yellow, violet], 0.1)
    balloon(im, 2560, 790, 110, [skin, brown, pink], 0.7)
    balloon(im, 1440, 980, 62, [red, yellow], 0.2)
    im = np.clip(meadow(lake(im)), 0, 1)
    return im.reshape(H // 2, 2, W // 2, 2, 3).mean((1, 3))


def photo(width=1600, height=1200, box=None, grain=1.0, seed=7):
    """The scene as a camera sees it: float 0 to 1, height x width x 3.

    box is (left, top, right, bottom) in pixels of the 1600x1200 scene; grain
    is the deviation of the noise in 8-bit levels at mid gray.
    """
    left, top, right, bottom = box or (0, 0, 1600, 1200)
    planes = [
        Image.fromarray(np.ascontiguousarray(clean()[top:bottom, left:right, c], np.float32))
        .resize((width, height), Image.Resampling.LANCZOS)
        for c in range(3)
    ]
    im = np.clip(np.stack([np.asarray(p) for p in planes], -1), 0, 1)
    shot = np.random.default_rng(seed).standard_normal(im.shape) * grain / 255
    return np.clip(im + shot * np.sqrt(0.35 + im), 0, 1)


def picture(*args, **kwargs):
    """photo as an 8-bit RGB picture of Pillow."""
    return Image.fromarray(np.rint(photo(*args, **kwargs) * 255).astype(np.uint8))


def marked(width, height):
    """The scene with an arrow and letters that show any turn or mirroring."""
    im = picture(width, height, grain=0.6)
    draw = ImageDraw.Draw(im)
    cx, s = width // 2, height / 240
    arrow = [(0, 40), (42, 96), (16, 96), (16, 190), (-16, 190), (-16, 96), (-42, 96)]
    draw.polygon([(cx + x * s, y * s) for x, y in arrow], fill=(255, 255, 255), outline=(20, 20, 20))
    font = ImageFont.load_default(size=int(34 * s))
    for text, at, anchor in (
        ("A", (8, 6), "lt"), ("B", (width - 8, 6), "rt"),
        ("C", (8, height - 6), "lb"), ("D", (width - 8, height - 6), "rb"),
    ):
        draw.text(at, text, font=font, anchor=anchor, fill=(255, 240, 60), stroke_width=2, stroke_fill=(0, 0, 0))
    return im


def cutout(width, height):
    """The large balloon alone, RGBA. Its edge fades over several pixels, and
    the invisible pixels around it are bright green: whoever resizes without
    premultiplying the alpha gets a green fringe."""
    im = picture(width, height, box=(315, 130, 615, 530), grain=0.3).convert("RGBA")
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    u, v = (x - 0.375) / 0.3425, (y - 0.375) / 0.3425
    half = np.where(v < 0, np.sqrt(np.clip(1 - v * v, 0, 1)), np.clip(1 - 0.62 * np.clip(v, 0, 1.35) ** 1.7, 0, 1))
    alpha = smooth(half - np.abs(u), -0.16, 0.1) * smooth(v, -1.06, -0.9) * smooth(v, 1.3, 1.12)
    a = np.asarray(im).copy()
    a[..., 3] = np.rint(alpha * 255)
    a[a[..., 3] == 0] = (40, 255, 40, 0)
    return Image.fromarray(a, "RGBA")
