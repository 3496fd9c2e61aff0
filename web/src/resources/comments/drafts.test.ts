/** What was begun to be said about a task is there when it is looked at again. */
import { beforeEach, expect, test, vi } from "vitest";

import { WHOLE_ITEM } from "../../canvas/edits/pins";
import { imagePoint } from "../../canvas/geometry/points";
import { draftOf, keepDraft } from "./drafts";

const kept = new Map<string, string>();

beforeEach(() => {
  kept.clear();
  vi.stubGlobal("sessionStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) });
});

test("each task has its own", () => {
  keepDraft("t_1", "too low", { ...WHOLE_ITEM, at: imagePoint(3, 4) });
  keepDraft("t_2", "a word", { ...WHOLE_ITEM, range: { start: 1, end: 4 } });
  expect(draftOf("t_1")).toEqual({ words: "too low", target: { annotationId: null, at: { x: 3, y: 4 }, range: null } });
  expect(draftOf("t_2")?.target.range).toEqual({ start: 1, end: 4 });
  keepDraft("t_1", "  ", WHOLE_ITEM);
  expect(draftOf("t_1")).toBeNull();
  expect(draftOf("t_2")?.words).toBe("a word");
});

test("what was stored by something else is none", () => {
  for (const text of ["nonsense", "[]", "null", '{"t_1": 3}', '{"t_1": {"words": "a"}}']) {
    kept.set("linlog.comment_drafts", text);
    expect(draftOf("t_1")).toBeNull();
  }
});
