/** What the server counts, over all workers of its host. */
export type Numbers = {
  inFlight: number;
  waiting: number;
  memoryBytes: number;
  lagSeconds: number;
  answered: number;
  failed: number;
  limited: number;
  broken: number;
};

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;

/** Read Prometheus' text; null when it is none of Steward's. */
export function numbersOf(text: string): Numbers | null {
  const lines = text
    .split("\n")
    .map((line) => LINE.exec(line))
    .filter((found) => found !== null)
    .map(([, name = "", labels = "", value = ""]) => ({ name, labels, value: Number(value) }));
  const sum = (name: string, label = "") =>
    lines
      .filter((line) => line.name === name && line.labels.includes(label))
      .reduce((total, { value }) => total + value, 0);
  if (!lines.some(({ name }) => name.startsWith("steward_"))) return null;
  return {
    inFlight: sum("steward_requests_in_flight"),
    waiting: sum("steward_pool_waiters"),
    memoryBytes: sum("steward_resident_memory_bytes"),
    lagSeconds: sum("steward_loop_lag_seconds"),
    answered: sum("steward_request_seconds_count"),
    failed: sum("steward_request_seconds_count", 'status="5xx"'),
    limited: sum("steward_limit_hits_total"),
    broken: sum("steward_invariant_failures_total"),
  };
}
