// A browser names all its ancestors; the first of these that it names is itself.
const BROWSERS = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/(Chrome|Chromium|CriOS)\//, "Chrome"],
  [/Safari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
] as const;

const named = (agent: string, list: readonly (readonly [RegExp, string])[]) =>
  list.find(([pattern]) => pattern.test(agent))?.[1];

/** The browser and the system of a session, as far as its User-Agent tells; else what it says itself. */
export function agentName(agent: string): string {
  const known = [named(agent, BROWSERS), named(agent, SYSTEMS)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(" · ") : agent.slice(0, 60);
}
