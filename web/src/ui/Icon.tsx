const SHAPES = {
  home: "M3 11.5 12 4l9 7.5M5.5 10v10h13V10M10 20v-6h4v6",
  portfolio: "M4 8h16v11H4zM9 8V5h6v3M4 13h16",
  explain: "M12 4v5M12 9H6v5M12 9h6v5M4 14h4v5H4zM16 14h4v5h-4zM10 14h4v5h-4zM12 9v5",
  trade: "M7 4v16M7 4 4 7M7 4l3 3M17 20V4M17 20l-3-3M17 20l3-3",
  data: "M4 6c0-3 16-3 16 0s-16 3-16 0zM4 6v12c0 3 16 3 16 0V6M4 12c0 3 16 3 16 0",
  admin: "M4 7h10M18 7h2M4 17h2M10 17h10M14 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M6 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  account: "M8 8a4 4 0 1 0 8 0 4 4 0 1 0-8 0M4 21c0-9 16-9 16 0",
  close: "M6 6l12 12M18 6 6 18",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  columns: "M4 5h16v14H4zM10 5v14M15 5v14",
  check: "M5 12.5l5 5L19 7",
} as const;
export type IconName = keyof typeof SHAPES;

/** A drawing beside a word: it says nothing by itself, so screen readers pass it by. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
