/** Whether the server answers: once it does not, it is asked again until it does. Knows no page. */

/** How long until a server that did not answer is asked again. */
export const ASKED_EVERY_MS = 3000;

type Watcher = (lost: boolean) => void;

let lost = false;
// Many requests fail at once: they share one question.
let asking: Promise<boolean> | undefined;
let next: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<Watcher>();

/** Whether the server is out of reach now. */
export function isLost(): boolean {
  return lost;
}

/** Be told when the server is lost, and when it is back; gives the way to stop. */
export function watchReach(watcher: Watcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Ask the server whether it answers, and again later where it does not; says whether it did. */
export function askServer(): Promise<boolean> {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

async function ask(): Promise<boolean> {
  clearTimeout(next);
  const there = await answers();
  if (!there) next = setTimeout(() => void askServer(), ASKED_EVERY_MS);
  if (lost === there) {
    lost = !there;
    for (const watcher of watchers) watcher(lost);
  }
  return there;
}

/** Do what needs the server; where it fails because the server is out of reach, once more when it is back. */
export async function inReach<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (await askServer()) throw error;
    await back();
    return act();
  }
}

function back(): Promise<void> {
  return new Promise((resolve) => {
    const stop = watchReach((still) => {
      if (still) return;
      stop();
      resolve();
    });
  });
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

// What the browser knows of its network comes sooner than the next time of asking.
if (typeof window !== "undefined") {
  window.addEventListener("online", () => lost && void askServer());
  window.addEventListener("offline", () => void askServer());
}
