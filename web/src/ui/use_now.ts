/** The time, for what counts up while it is looked at. */
import { useEffect, useState } from "react";

const EVERY_MS = 1000;

/** The time in milliseconds, a second old at most. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(clock);
  }, []);
  return now;
}
