#!/bin/sh
# Writes what ImageMagick makes of the originals of RGB, CMYK and YCCK, resized to
# 60x45: NAME.png for each. ImageMagick 6.9.11 with littleCMS made the files here.
# SRGB is a profile of sRGB that says version 2, because littleCMS compensates for
# black points whenever one profile is of version 4: that of ../../icc/testdata/
# littlecms.py. To write 8 bits of 16 ImageMagick cuts the rest off: half a level is
# added before.
set -e
cd "$(dirname "$0")"
for name in jpeg-rgb-adobe jpeg-cmyk-adobe jpeg-ycck-adobe; do
	convert "../../../testdata/originals/$name.jpg" -filter Lanczos -resize '60x45!' \
		-colorspace sRGB -evaluate add 128 -strip -depth 8 "PNG24:$name.png"
done
convert ../../../testdata/originals/jpeg-cmyk-icc.jpg -filter Lanczos -resize '60x45!' \
	-intent perceptual +black-point-compensation -profile "${SRGB:?a file}" \
	-evaluate add 128 -strip -depth 8 PNG24:jpeg-cmyk-icc.png
