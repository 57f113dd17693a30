// The app's icon as PNG, which home screens need: drawn from the same figures as public/icon.svg.
import { crc32, deflateSync } from "node:zlib";
import type { Plugin } from "vite";

const SIZES = [192, 512];
/** Each bar: left, top, width, height, out of 64, and its colour. */
const BARS = [
  [14, 36, 9, 14, 0x7fb5a8],
  [27.5, 26, 9, 24, 0xb9d8cf],
  [41, 14, 9, 36, 0xffffff],
] as const;
const GROUND = 0x0f5c4d;

function colour(x: number, y: number): number {
  const bar = BARS.find(([left, top, width, height]) => {
    return x >= left && x < left + width && y >= top && y < top + height;
  });
  return bar?.[4] ?? GROUND;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

export function png(size: number): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const at = y * (1 + size * 3) + 1 + x * 3;
      rows.writeUIntBE(colour((x * 64) / size, (y * 64) / size), at, 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

export function icons(): Plugin {
  return {
    name: "icons",
    apply: "build",
    generateBundle() {
      for (const size of SIZES) {
        this.emitFile({ type: "asset", fileName: `icon-${size}.png`, source: png(size) });
      }
    },
  };
}
