import { expect, test } from "vitest";
import { agentName } from "./account/agents";
import { nextOf } from "./sign-in/route";

test("after signing in one goes to an address of this site alone", () => {
  expect(nextOf({ next: "/portfolios/7?at=2026-01-01" })).toEqual({ next: "/portfolios/7?at=2026-01-01" });
  for (const next of [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    5,
  ]) {
    expect(nextOf({ next })).toEqual({});
  }
});

test("a browser is called by its own name, a program by what it says", () => {
  const chrome =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0 Safari/537.36";
  expect(agentName(chrome)).toBe("Chrome · Linux");
  expect(agentName(`${chrome} Edg/147.0`)).toBe("Edge · Linux");
  expect(agentName("python-httpx2/1.0")).toBe("python-httpx2/1.0");
});
