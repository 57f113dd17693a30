import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isOld } from "./ages";
import { checksOf, SENTENCES } from "./checks";
import { changeOf, utc } from "./exchange";
import { numbersOf } from "./metrics";
import { entriesOf, termsOf } from "./terms";

test("the sentences that are told apart are those that the server says, and all of them", () => {
  const said = readFileSync("../src/steward/api/health.py", "utf-8");
  expect([...said.matchAll(/\.append\("(.*)"\)/g)].map((match) => match[1]).sort()).toEqual(
    [...SENTENCES].sort(),
  );
});

test("what is wrong comes first, in words of its own where they are not known, and the rest is well", () => {
  const found = checksOf({ errors: ["The price source has no prices."], warnings: ["It rains in."] });
  expect(found.map(({ looked, state }) => [looked, state])).toEqual([
    ["prices", "error"],
    [undefined, "warning"],
    ["database", "well"],
    ["identity", "well"],
    ["disk", "well"],
  ]);
  expect(found[1]?.said).toBe("It rains in.");
});

test("numbers are added up over routes and limits, and failures are those of the server", () => {
  const text = [
    "# HELP steward_request_seconds Answered requests.",
    'steward_request_seconds_count{method="GET",route="/a{id}",status="2xx"} 5.0',
    'steward_request_seconds_count{method="GET",route="/b",status="5xx"} 2.0',
    'steward_request_seconds_bucket{le="0.5",method="GET",route="/b",status="5xx"} 9.0',
    'steward_limit_hits_total{limit="writes"} 3.0',
    "steward_loop_lag_seconds 2.5e-05",
    "steward_resident_memory_bytes 1.5e+08",
  ].join("\n");
  expect(numbersOf(text)).toEqual({
    answered: 7,
    failed: 2,
    limited: 3,
    inFlight: 0,
    waiting: 0,
    lagSeconds: 0.000025,
    memoryBytes: 150_000_000,
    broken: 0,
  });
  expect(numbersOf("<html>steward_nothing</html>")).toBeNull();
});

test("a price is old when more days lie between than a close may stand for", () => {
  const now = Date.parse("2026-01-10T00:30:00Z");
  expect(isOld("2026-01-03", 7, now)).toBe(false);
  expect(isOld("2026-01-02T23:59:59Z", 7, now)).toBe(true);
});

test("a moment of a field is one in UTC, and empty fields of the clock ask for nothing", () => {
  expect([utc("2026-01-31T09:30"), utc("2026-01-31T09:30:15")]).toEqual([
    "2026-01-31T09:30:00Z",
    "2026-01-31T09:30:15Z",
  ]);
  const entries = { real: false, time: "", speed: " 60 ", reset: false };
  expect(changeOf(entries)).toEqual({ real: false, reset: false, speed: "60" });
  expect(changeOf({ ...entries, real: true, time: "2026-01-31T09:30" })).toEqual({
    real: true,
    reset: false,
  });
});

test("a listing that is changed keeps what nobody touched, and an empty limit is none", () => {
  const empty = termsOf(entriesOf(undefined));
  expect([empty.borrowable, empty.fees?.maximum]).toEqual([null, null]);
  const known = { ...empty, tick: "0.0005", borrowable: "7", fees: { ...empty.fees, rate: "0.001" } };
  expect(termsOf(entriesOf(known as never))).toEqual(known);
});
