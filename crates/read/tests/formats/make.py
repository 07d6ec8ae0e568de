#!/usr/bin/env python3
"""Writes the files beside it: one small picture in the formats that `read` knows.

Needs Pillow, the tools of libtiff, netpbm, OpenJPEG and libjpeg-turbo. The files are kept, so that nobody needs them.
"""

import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
W, H = 61, 37


def black(x, y):
    return x < 9 or x - 20 == y or (40 <= x < 52 and 10 <= y < 25) or (x > 54 and y % 5 == 0)


BITS = [[0 if black(x, y) else 1 for x in range(W)] for y in range(H)]
GREY = Image.new("L", (W, H))
GREY.putdata([255 * v for row in BITS for v in row])
RGB = GREY.convert("RGB")
BILEVEL = GREY.convert("1", dither=Image.Dither.NONE)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(values, bits):
    if bits == 16:
        return b"".join(struct.pack(">H", v) for v in values)
    out = bytearray((len(values) * bits + 7) // 8)
    for i, v in enumerate(values):
        out[i * bits // 8] |= v << (8 - bits - i * bits % 8)
    return bytes(out)


def png(name, color, bits, pixel, palette=None, interlaced=False):
    def rows(xs, ys):
        for y in ys:
            values = [v for x in xs for v in pixel(BITS[y][x])]
            if values:
                yield b"\0" + packed(values, bits)

    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        data = b"".join(b"".join(rows(range(a, W, c), range(b, H, d))) for a, b, c, d in passes)
    else:
        data = b"".join(rows(range(W), range(H)))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, bits, color, 0, 0, int(interlaced)))
    if palette:
        out += chunk(b"PLTE", bytes(palette))
    out += chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    (HERE / name).write_bytes(out)


def pngs():
    for bits in [1, 2, 4, 8, 16]:
        top = 2**bits - 1
        png(f"grey{bits}.png", 0, bits, lambda v: [v * top])
    for bits in [1, 2, 4, 8]:
        png(f"palette{bits}.png", 3, bits, lambda v: [1 - v], palette=[255, 255, 255, 0, 0, 0])
    for bits in [8, 16]:
        top = 2**bits - 1
        png(f"rgb{bits}.png", 2, bits, lambda v: [v * top] * 3)
        png(f"rgba{bits}.png", 6, bits, lambda v: [v * top] * 3 + [top])
        png(f"grey_alpha{bits}.png", 4, bits, lambda v: [v * top, top])
    png("interlaced1.png", 0, 1, lambda v: [v], interlaced=True)
    png("interlaced_rgb8.png", 2, 8, lambda v: [v * 255] * 3, interlaced=True)


def run(*args):
    subprocess.run(list(map(str, args)), check=True, cwd=HERE, stderr=subprocess.DEVNULL)


def jpegs(scratch):
    GREY.save(scratch / "grey.pgm")
    RGB.save(scratch / "rgb.ppm")
    quality = ["-quality", "100"]
    run("cjpeg", *quality, "-grayscale", "-outfile", "grey.jpg", scratch / "grey.pgm")
    run("cjpeg", *quality, "-grayscale", "-progressive", "-outfile", "grey_progressive.jpg", scratch / "grey.pgm")
    run("cjpeg", *quality, "-sample", "1x1", "-outfile", "rgb_444.jpg", scratch / "rgb.ppm")
    run("cjpeg", *quality, "-sample", "2x2", "-outfile", "rgb_420.jpg", scratch / "rgb.ppm")
    run("cjpeg", *quality, "-progressive", "-outfile", "rgb_progressive.jpg", scratch / "rgb.ppm")
    run("cjpeg", *quality, "-restart", "1B", "-outfile", "restarts.jpg", scratch / "rgb.ppm")
    run("cjpeg", *quality, "-rgb", "-outfile", "rgb_stored.jpg", scratch / "rgb.ppm")
    cmyk = Image.new("CMYK", (W, H))
    cmyk.putdata([(0, 0, 0, 255 * (1 - v)) for row in BITS for v in row])
    cmyk.save(HERE / "cmyk.jpg", quality=100)
    turned = Image.Exif()
    turned[0x0112] = 6
    GREY.save(HERE / "exif_turned.jpg", quality=100, exif=turned)


def tiffs(scratch):
    two, grey, rgb = scratch / "two.tif", scratch / "grey.tif", scratch / "rgb.tif"
    BILEVEL.save(two)
    GREY.save(grey)
    RGB.save(rgb)
    wide = scratch / "wide.tif"
    Image.frombytes("I;16", (W, H), b"".join(struct.pack("<H", 65535 * v) for row in BITS for v in row)).save(wide)
    for coding in ["none", "lzw", "zip", "packbits"]:
        for depth, source in [("1", two), ("8", grey), ("16", wide), ("rgb", rgb)]:
            run("tiffcp", "-c", coding, source, f"{coding}_{depth}.tif")
        run("tiffcp", "-c", coding, "-f", "lsb2msb", two, f"{coding}_reversed.tif")
        run("tiffcp", "-c", coding, "-f", "lsb2msb", grey, f"{coding}_8_reversed.tif")
    for coding in ["lzw", "zip"]:
        run("tiffcp", "-c", f"{coding}:2", grey, f"{coding}_predictor.tif")
    for name, options in [("g3", "g3"), ("g3_2d", "g3:2d"), ("g3_fill", "g3:fill"), ("g4", "g4")]:
        run("tiffcp", "-c", options, two, f"{name}.tif")
        run("tiffcp", "-c", options, "-f", "lsb2msb", two, f"{name}_reversed.tif")
    run("tiffcp", "-c", "g4", "-r", "8", two, "g4_strips.tif")
    run("tiffcp", "-c", "lzw", "-r", "5", grey, "strips.tif")
    run("tiffcp", "-c", "zip", "-t", "-w", "16", "-l", "16", grey, "tiles.tif")
    run("tiffcp", "-c", "zip", "-t", "-w", "32", "-l", "16", two, "tiles_1.tif")
    run("tiffcp", "-c", "g4", "-t", "-w", "32", "-l", "16", two, "tiles_g4.tif")
    run("tiffcp", "-B", "-c", "lzw", wide, "big_endian_16.tif")
    run("tiffcp", "-8", "-c", "lzw", grey, "big_tiff.tif")
    run("tiffcp", "-p", "separate", "-c", "lzw", rgb, "planes.tif")
    run("tiffcp", "-c", "jpeg:100", grey, "jpeg_grey.tif")
    run("tiffcp", "-c", "jpeg:100", rgb, "jpeg_ycbcr.tif")
    run("tiffcp", "-c", "jpeg:r:100", rgb, "jpeg_rgb.tif")
    run("tiffcp", "-c", "jpeg:100", "-t", "-w", "16", "-l", "16", grey, "jpeg_tiles.tif")
    run("tiffcp", "-c", "jpeg:100", "-r", "16", grey, "jpeg_strips.tif")
    # White is 0, and black is 0.
    for name, source in [("white_is_0", two), ("white_is_0_8", grey)]:
        inverted = Image.open(source)
        inverted = Image.eval(inverted.convert("L"), lambda v: 255 - v).convert(inverted.mode, dither=0)
        inverted.save(HERE / f"{name}.tif")
        patch(HERE / f"{name}.tif", 262, 0)
    palette(4), palette(8), palette(1)
    run("tiffcp", "-B", "-c", "lzw", HERE / "palette8.tif", HERE / "palette8_big_endian.tif")
    run("tiffcp", "-8", "-c", "zip", HERE / "palette8.tif", HERE / "palette8_big_tiff.tif")
    BILEVEL.save(HERE / "pages.tif", save_all=True, append_images=[GREY, RGB], compression="tiff_lzw")


def patch(path, tag, value):
    data = bytearray(path.read_bytes())
    at = struct.unpack_from("<I", data, 4)[0]
    for k in range(struct.unpack_from("<H", data, at)[0]):
        entry = at + 2 + 12 * k
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<H", data, entry + 8, value)
    path.write_bytes(data)


def palette(bits):
    """Number 1 is black; all other numbers are white."""
    rows = b"".join(packed([1 - v for v in row], bits) for row in BITS)
    colors = 2**bits
    reds = [0 if k == 1 else 65535 for k in range(colors)]
    table = struct.pack(f"<{3 * colors}H", *(reds * 3))
    entries = [(256, 3, 1, W), (257, 3, 1, H), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, 3), (273, 4, 1, 8)]
    entries += [(277, 3, 1, 1), (278, 3, 1, H), (279, 4, 1, len(rows)), (320, 3, 3 * colors, 8 + len(rows))]
    at = 8 + len(rows) + len(table)
    out = b"II*\0" + struct.pack("<I", at) + rows + table + struct.pack("<H", len(entries))
    out += b"".join(struct.pack("<HHII", *entry) for entry in entries) + b"\0\0\0\0"
    (HERE / f"palette{bits}.tif").write_bytes(out)


def others(scratch):
    for name, picture in [("1", BILEVEL), ("8", GREY), ("24", RGB), ("32", RGB.convert("RGBA"))]:
        picture.save(HERE / f"bits{name}.bmp")
    RGB.save(HERE / "lossless.webp", lossless=True)
    RGB.convert("RGBA").save(HERE / "lossless_alpha.webp", lossless=True)
    RGB.save(HERE / "lossy.webp", quality=100)
    run("opj_compress", "-i", scratch / "grey.pgm", "-o", HERE / "grey.jp2")
    run("opj_compress", "-i", scratch / "rgb.ppm", "-o", HERE / "rgb.jp2")
    run("opj_compress", "-i", scratch / "grey.pgm", "-o", HERE / "grey.j2k", "-t", "32,32")


with tempfile.TemporaryDirectory() as folder:
    pngs()
    jpegs(Path(folder))
    tiffs(Path(folder))
    others(Path(folder))
