"""Screenshots made small: PNGs of 256 colours at most, which is enough for pages of text."""

import base64
import struct
import zlib

from playwright.sync_api import Page

# The browser that made the picture reads it too. Gives the colours, the most frequent first, and
# the number of each pixel's: its own, or the nearest of those that there is a number for.
_INDEXED = """async png => {
    const bitmap = await createImageBitmap(await (await fetch(`data:;base64,${png}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const data = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    const pixels = Array.from({ length: data.length / 4 },
        (_, at) => data[4 * at] << 16 | data[4 * at + 1] << 8 | data[4 * at + 2]);
    const counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const colours = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
    const palette = colours.slice(0, 256);
    const distance = (one, other) => [16, 8, 0].reduce(
        (sum, shift) => sum + ((one >> shift & 255) - (other >> shift & 255)) ** 2, 0);
    const numbers = new Map(colours.map(colour => [colour, palette.reduce((best, each, number) =>
        distance(each, colour) < distance(palette[best], colour) ? number : best, 0)]));
    const indexes = new Uint8Array(pixels.map(pixel => numbers.get(pixel)));
    return { width: bitmap.width, height: bitmap.height, palette, indexes: indexes.toBase64() };
}"""
_DEPTH, _INDEXED_COLOUR = 8, 3


def small_png(png: bytes, page: Page) -> bytes:
    """The same picture, with its 256 most frequent colours. `page` is one without a policy."""
    read = page.evaluate(_INDEXED, base64.b64encode(png).decode())
    width, height = read["width"], read["height"]
    indexes = base64.b64decode(read["indexes"])
    rows = (indexes[at : at + width] for at in range(0, len(indexes), width))
    header = struct.pack(">IIBBBBB", width, height, _DEPTH, _INDEXED_COLOUR, 0, 0, 0)
    palette = b"".join(colour.to_bytes(3) for colour in read["palette"])
    # Each row says first that it is not filtered
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)
