/** What somebody began to say about tasks: kept until it is sent or given up, whatever task is looked at meanwhile. */
import type { Target } from "../../canvas/edits/pins";
import { imagePoint } from "../../canvas/geometry/points";

export interface Draft {
  words: string;
  target: Target;
}

const KEY = "linlog.comment_drafts";

/** What is left of a comment on a task. */
export function draftOf(taskId: string): Draft | null {
  const found = all()[taskId];
  if (typeof found?.words !== "string" || typeof found.target !== "object") return null;
  const { annotationId = null, at = null, range = null } = found.target;
  return { words: found.words, target: { annotationId, at: at === null ? null : imagePoint(at.x, at.y), range } };
}

/** Keep what is written about a task; nothing, where there are no words. */
export function keepDraft(taskId: string, words: string, target: Target): void {
  const { [taskId]: _before, ...others } = all();
  sessionStorage.setItem(KEY, JSON.stringify(words.trim() === "" ? others : { ...others, [taskId]: { words, target } }));
}

function all(): Record<string, Draft | undefined> {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, Draft>) : {};
  } catch {
    return {};
  }
}
