// Where one is in a tree: the places on the way from the root, such as 0-3-1.
export const ROOT = "0";

export const childOf = (path: string, place: number): string => `${path}-${place}`;

export const parentOf = (path: string): string | undefined =>
  path.includes("-") ? path.slice(0, path.lastIndexOf("-")) : undefined;

/** All places above one, the root first. */
export function above(path: string): string[] {
  const steps = path.split("-");
  return steps.slice(1).map((_, length) => steps.slice(0, length + 1).join("-"));
}

type Place = { path: string; open: boolean | undefined };
export type Step = { focus?: string; open?: string; close?: string };

/** What a key does in a tree, as ARIA describes it; `places` are those on the screen, from top to bottom. */
export function stepOf(key: string, places: readonly Place[], at: string): Step {
  const index = places.findIndex(({ path }) => path === at);
  const to = (place: Place | undefined): Step => (place === undefined ? {} : { focus: place.path });
  const here = places[index];
  switch (key) {
    case "ArrowDown":
      return to(places[index + 1]);
    case "ArrowUp":
      return to(places[index - 1]);
    case "Home":
      return to(places[0]);
    case "End":
      return to(places.at(-1));
    case "ArrowRight":
      if (here?.open === undefined) return {};
      return here.open ? to(places[index + 1]) : { open: at };
    case "ArrowLeft":
      if (here?.open === true) return { close: at };
      return to(places.find(({ path }) => path === parentOf(at)));
    default:
      return {};
  }
}
