"""Makes every file of testdata/originals.

    python3 -m venv /tmp/fixtures
    /tmp/fixtures/bin/pip install -r testdata/generate/requirements.txt
    /tmp/fixtures/bin/python testdata/generate/make_originals.py

Pixels come from seeded noise and encoders are pinned, so a second run on the
same kind of machine writes the same bytes. Afterwards run make_events.py (the
events hold the originals' ETags and lengths) and
`go test ./resize -run Golden -update`.
"""

import pathlib
import sys

import gifs
import jpegs
import others
import pngs

FOLDER = pathlib.Path(__file__).parent.parent / "originals"


def main():
    FOLDER.mkdir(exist_ok=True)
    total = 0
    for module in (jpegs, pngs, gifs, others):
        for name, data in module.originals():
            if len(data) > 1_000_000:
                sys.exit(f"{name}: {len(data)} bytes, more than git should hold")
            (FOLDER / name).write_bytes(data)
            total += len(data)
            print(f"{len(data):8d} {name}")
    print(f"{total:8d} in all")


if __name__ == "__main__":
    main()
