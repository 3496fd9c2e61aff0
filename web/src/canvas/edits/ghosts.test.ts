/** Predictions are shown from a confidence on, and become annotations once. */
import { expect, test } from "vitest";

import { actionOf } from "../actions";
import { imagePoint } from "../geometry/points";
import { accept, change, drawingIn, editingOf, ghostsIn, hover, lookAtNext, sized, trust, undo, withGhosts } from "./editing";
import type { Editing } from "./editing";
import { originOf, predictionIn } from "./sources";
import type { Ghost } from "./ghosts";

function ghost(id: string, confidence: number | null, left: number): Ghost {
  return { id, label: "cell", shape: { type: "box", left, top: 0, width: 10, height: 10, rotation: 0 }, confidence, attributes: {}, versionId: "mv" };
}

const GHOSTS = [ghost("unsure", 0.2, 0), ghost("fair", 0.6, 20), ghost("sure", 0.9, 40), ghost("untold", null, 60)];
const begun = (): Editing => withGhosts(sized(editingOf([], { width: 100, height: 100 }), { width: 148, height: 148 }), GHOSTS);
const sourceIn = (state: Editing): string | null | undefined => drawingIn(state).entries[0]?.source;
const ids = (state: Editing): string[] => ghostsIn(state).map(({ id }) => id);

test("those that are sure enough are shown, the surest first", () => {
  expect(ids(begun())).toEqual(["untold", "sure", "fair"]);
  expect(ids(trust(begun(), 0.61))).toEqual(["untold", "sure"]);
  expect(ids(trust(begun(), -3))).toHaveLength(4);
});

test("one that is accepted says where it comes from, is selected, and no prediction any more", () => {
  const state = accept(begun(), ["sure"]);
  const [entry] = drawingIn(state).entries;
  expect(entry).toMatchObject({ label: "cell", source: "prediction sure of mv", shape: { left: 40 } });
  expect([...state.selected]).toEqual([entry?.id]);
  expect(ids(state)).toEqual(["untold", "fair"]);
  expect(ids(undo(state))).toEqual(["untold", "sure", "fair"]);
});

test("all that are shown are accepted in one step, and no others", () => {
  const state = actionOf("accept_all").act(begun());
  expect(drawingIn(state).entries.map(({ source }) => source)).toEqual(["prediction untold of mv", "prediction sure of mv", "prediction fair of mv"]);
  expect(drawingIn(undo(state)).entries).toEqual([]);
  expect(accept(begun(), ["unsure"]).history.past).toEqual([]);
});

test("the keys go from one to the next, and accept the one that is looked at", () => {
  let state = lookAtNext(lookAtNext(begun()));
  expect(state.ghostId).toBe("sure");
  state = actionOf("accept").act(state);
  expect(drawingIn(state).entries).toMatchObject([{ source: "prediction sure of mv" }]);
  expect(lookAtNext(lookAtNext(lookAtNext(state))).ghostId).toBe("untold");
});

test("the one under the hand is accepted too", () => {
  const state = hover(begun(), imagePoint(25, 5));
  expect(actionOf("accept").when(state)).toBe(true);
  expect(drawingIn(actionOf("accept").act(state)).entries).toMatchObject([{ source: "prediction fair of mv" }]);
  expect(actionOf("accept").when(hover(state, imagePoint(99, 99)))).toBe(false);
});

test("what is marked already is not accepted again with all", () => {
  const marked = accept(begun(), ["sure"]);
  const again = withGhosts(marked, [...GHOSTS, ghost("same", 0.8, 42), ghost("other", 0.8, 48), { ...ghost("named", 0.8, 40), label: "platelet" }]);
  const state = actionOf("accept_all").act(again);
  expect(drawingIn(state).entries.map(({ source }) => predictionIn(source))).toEqual(["sure", "untold", "other", "named", "fair"]);
  // One by one it can be.
  expect(drawingIn(accept(again, ["same"])).entries).toHaveLength(2);
});

test("what was accepted is not doubled when a model says the same again, by keys or one by one", () => {
  const marked = accept(begun(), ["sure", "fair", "untold"]);
  // The same predictions under other ids: sent once more, or of the next version.
  const again = withGhosts(marked, ["sure", "fair", "untold"].map((id, place) => ghost(`${id} again`, 0.9, [40, 20, 60][place] ?? 0)));
  expect(ghostsIn(again)).toHaveLength(3);
  const looked = actionOf("next_prediction").act(again);
  expect([looked.ghostId, looked.said]).toEqual([null, "All predictions that are shown are marked already."]);
  const pointed = hover(again, imagePoint(25, 5));
  for (const state of [accept(again, ["fair again"]), actionOf("accept").act({ ...pointed, hoveredId: "fair again" }), actionOf("accept_all").act(again)]) {
    expect(drawingIn(state).entries).toHaveLength(3);
  }
  expect(accept(again, ["fair again"]).said).toBe("This is marked already, at the same place and with the same label.");
  // Said twice by one model it is one annotation too.
  const twice = withGhosts(begun(), [ghost("one", 0.9, 0), ghost("other", 0.8, 0)]);
  expect(drawingIn(actionOf("accept_all").act(twice)).entries).toHaveLength(1);
  // Under another label it is something else.
  expect(drawingIn(accept(withGhosts(marked, [{ ...ghost("named", 0.9, 40), label: "platelet" }]), ["named"])).entries).toHaveLength(4);
});

test("before predictions are there their keys say so, and do nothing", () => {
  const blank = sized(editingOf([], { width: 100, height: 100 }), { width: 148, height: 148 });
  const state = withGhosts(blank, [], true);
  for (const name of ["next_prediction", "accept", "accept_all"]) {
    expect(actionOf(name).when(state)).toBe(true);
    expect(actionOf(name).act(state)).toMatchObject({ history: state.history, said: "The predictions are still on their way." });
    expect(actionOf(name).when(withGhosts(state, []))).toBe(false);
  }
  const there = withGhosts(actionOf("accept_all").act(state), GHOSTS);
  expect(there.said).toBeNull();
  expect(drawingIn(actionOf("accept_all").act(there)).entries).toHaveLength(3);
});

test("a prediction that is changed once it is accepted says so, until that is undone", () => {
  const accepted = accept(begun(), ["sure"]);
  const [entry] = drawingIn(accepted).entries;
  const changed = [entry?.id ?? ""];
  const shape = { type: "box", left: 41, top: 0, width: 10, height: 10, rotation: 0 } as const;
  for (const edit of [
    { type: "move", ids: changed, dx: 1, dy: 0 },
    { type: "label", ids: changed, label: "platelet" },
    { type: "attributes", ids: changed, set: { occluded: true } },
    { type: "reshape", shapes: [[changed[0] ?? "", shape]] },
  ] as const) {
    const after = change(accepted, edit);
    expect(sourceIn(after)).toBe("prediction sure of mv, edited");
    expect(sourceIn(change(after, { type: "move", ids: changed, dx: 5, dy: 5 }))).toBe("prediction sure of mv, edited");
    expect(sourceIn(undo(after))).toBe("prediction sure of mv");
    expect(ghostsIn(after).map(({ id }) => id)).not.toContain("sure");
  }
  for (const edit of [{ type: "move", ids: changed, dx: 0, dy: 0 }, { type: "reorder", ids: changed, to: "front" }, { type: "hide", ids: changed, hidden: true }] as const) {
    expect(sourceIn(change(accepted, edit))).toBe("prediction sure of mv");
  }
});

test("a source is told in words, and by the prediction that it was", () => {
  expect([originOf("prediction pr_1 of mv_1"), originOf("prediction pr_1 of mv_1, edited")]).toEqual(["prediction, as it was", "prediction, and edited"]);
  expect([originOf(null), originOf("an importer")]).toEqual([null, null]);
  // As they were written before versions were noted.
  expect([predictionIn("prediction pr_1"), predictionIn("prediction pr_1, edited"), predictionIn("an importer"), predictionIn(null)]).toEqual(["pr_1", "pr_1", null, null]);
});
