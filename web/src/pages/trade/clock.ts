import { useEffect, useState } from "react";

type Read = { time: string; speed: string; read_at: number };

/** What the clock of the exchange shows at a moment of the browser's, as it runs since it was read. */
export function timeOf(clock: Read, now: number): Date {
  const since = Math.max(0, now - clock.read_at);
  return new Date(Date.parse(clock.time) + since * Number(clock.speed));
}

/** The moment, from second to second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
