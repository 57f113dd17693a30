import { expect, test } from "vitest";
import { lastSession, opening } from "./days";

test("a period opens with the same day of an earlier month, or its last one", () => {
  expect(opening(1, "2026-03-31")).toBe("2026-02-28");
  expect(opening(12, "2024-02-29")).toBe("2023-02-28");
  expect(opening("this_year", "2026-11-24")).toBe("2025-12-31");
  expect(opening(undefined, "2026-11-24")).toBeUndefined();
});

test("the close of Friday is the last one until that of Monday is there", () => {
  expect(lastSession("2026-11-24")).toBe("2026-11-23");
  expect(lastSession("2026-11-23")).toBe("2026-11-20");
  expect(lastSession("2026-11-22")).toBe("2026-11-20");
  expect(lastSession("2026-03-01")).toBe("2026-02-27");
});
