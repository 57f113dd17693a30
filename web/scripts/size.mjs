// Prints what the first view loads: the document, and the scripts and styles that it names, gzipped.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const folder = new URL("../../src/steward/static/", import.meta.url);
const page = readFileSync(new URL("index.html", folder), "utf8");
const named = [...page.matchAll(/(?:src|href)="\/app\/([^"]+\.(?:js|css))"/g)].map((found) => found[1]);
let total = 0;
for (const name of ["index.html", ...new Set(named)]) {
  const bytes = gzipSync(readFileSync(new URL(name, folder)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${name}`);
}
console.log(`${String(total).padStart(8)}  shell, gzipped bytes`);
