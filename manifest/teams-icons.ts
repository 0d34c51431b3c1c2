import { zlibSync } from 'fflate';

const { hypot, abs, min, max, atan2, floor, sin, cos } = Math;

/** Distance of a point to the edge of a shape, in parts of the picture's width; negative inside. */
type Shape = (x: number, y: number) => number;

/** A shape and its colour, red, green, blue and opacity from 0 to 255. */
interface Layer {
  readonly shape: Shape;
  readonly color: readonly [red: number, green: number, blue: number, alpha: number];
}

const white = [255, 255, 255, 255] as const;
/** The green of the console's page. */
const brand = [23, 98, 77, 255] as const;

/**
 * The colour icon: 192 x 192, filled to its edges, the symbol inside the middle 120 (Microsoft Teams documentation, "App
 * icons"). A PNG, the same bytes on every machine.
 */
export function teamsColorIcon(): Uint8Array {
  const layers: Layer[] = [
    { shape: () => -1, color: brand },
    { shape: bubble(0.2, 0.22, 0.8, 0.68, 0.14, 0.83), color: white },
    { shape: power(0.5, 0.455, 0.13, 0.05), color: brand },
  ];
  return png(192, draw(192, layers, 4));
}

/** The outline icon: 32 x 32, white on transparent. A PNG, the same bytes on every machine. */
export function teamsOutlineIcon(): Uint8Array {
  const line = 2 / 32;
  const layers: Layer[] = [
    { shape: outlineOf(bubble(2 / 32, 3 / 32, 30 / 32, 25 / 32, 0.17, 31 / 32), line), color: white },
    { shape: power(0.5, 14 / 32, 0.17, line), color: white },
  ];
  return png(32, draw(32, layers, 8));
}

/** A speech bubble with its tail at the lower left. */
function bubble(left: number, top: number, right: number, bottom: number, radius: number, tip: number): Shape {
  const width = right - left;
  const tail = triangle(
    [left + width * 0.22, bottom - 0.05],
    [left + width * 0.22, tip],
    [left + width * 0.52, bottom - 0.05],
  );
  return (x, y) => {
    const dx = abs(x - (left + right) / 2) - (width / 2 - radius);
    const dy = abs(y - (top + bottom) / 2) - ((bottom - top) / 2 - radius);
    const box = hypot(max(dx, 0), max(dy, 0)) + min(max(dx, dy), 0) - radius;
    return min(box, tail(x, y));
  };
}

/** The sign for power: a ring open at the top, and a stroke in the gap. */
function power(centerX: number, centerY: number, radius: number, line: number): Shape {
  const openFrom = (40 / 180) * Math.PI;
  const ends = [-1, 1].map((side) => [centerX + side * radius * sin(openFrom), centerY - radius * cos(openFrom)]);
  return (x, y) => {
    const dx = x - centerX;
    const dy = y - centerY;
    const inGap = abs(atan2(dx, -dy)) < openFrom;
    const ring = inGap
      ? min(...ends.map(([endX = 0, endY = 0]) => hypot(x - endX, y - endY)))
      : abs(hypot(dx, dy) - radius);
    const alongY = min(max(y, centerY - radius * 1.3), centerY - radius * 0.15);
    return min(ring, hypot(dx, y - alongY)) - line / 2;
  };
}

/** Only the line around a shape. */
function outlineOf(shape: Shape, line: number): Shape {
  return (x, y) => abs(shape(x, y) + line / 2) - line / 2;
}

type Point = readonly [x: number, y: number];

function triangle(...corners: readonly [Point, Point, Point]): Shape {
  const edges = corners.map((from, at) => [from, corners[(at + 1) % 3] ?? from] as const);
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY;
    let inside = true;
    for (const [[ax, ay], [bx, by]] of edges) {
      const along = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0), 1);
      nearest = min(nearest, hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)));
      inside &&= (bx - ax) * (y - ay) - (by - ay) * (x - ax) <= 0;
    }
    return inside ? -nearest : nearest;
  };
}

/** RGBA bytes, row by row. `samples` per pixel in each direction make smooth edges. */
function draw(size: number, layers: readonly Layer[], samples: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4);
  for (let at = 0; at < size * size; at++) {
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (const { shape, color } of layers) {
      const cover = (coverage(shape, [at % size, floor(at / size)], size, samples) * color[3]) / 255;
      if (cover === 0) continue;
      const whole = cover + alpha * (1 - cover);
      const mix = (above: number, below: number) => (above * cover + below * alpha * (1 - cover)) / whole;
      [red, green, blue, alpha] = [mix(color[0], red), mix(color[1], green), mix(color[2], blue), whole];
    }
    pixels.set([red, green, blue, alpha * 255].map(Math.round), at * 4);
  }
  return pixels;
}

function coverage(shape: Shape, [column, row]: Point, size: number, samples: number): number {
  // Away from the edge one look is enough.
  const middle = shape((column + 0.5) / size, (row + 0.5) / size);
  if (abs(middle) > 1 / size) return middle < 0 ? 1 : 0;
  let inside = 0;
  for (let at = 0; at < samples * samples; at++) {
    const x = (column + ((at % samples) + 0.5) / samples) / size;
    const y = (row + (floor(at / samples) + 0.5) / samples) / size;
    if (shape(x, y) <= 0) inside++;
  }
  return inside / (samples * samples);
}

/** A square PNG of RGBA pixels (W3C, "Portable Network Graphics"). fflate packs the same everywhere, Node's zlib does not. */
function png(size: number, pixels: Uint8Array): Uint8Array {
  const rows = new Uint8Array(size * (1 + size * 4));
  for (let row = 0; row < size; row++) {
    rows.set(pixels.subarray(row * size * 4, (row + 1) * size * 4), row * (1 + size * 4) + 1);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, size);
  view.setUint32(4, size);
  header.set([8, 6, 0, 0, 0], 8);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', header),
    ...chunk('IDAT', zlibSync(rows, { level: 9 })),
    ...chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
