const DAY_MILLISECONDS = 86_400_000;

/** Whether a price or rate of this moment stands for today no more: days are those of UTC. */
export function isOld(at: string, maxAgeDays: number, now: number = Date.now()): boolean {
  const day = Date.parse(at.slice(0, 10));
  return Math.floor(now / DAY_MILLISECONDS) - day / DAY_MILLISECONDS > maxAgeDays;
}
