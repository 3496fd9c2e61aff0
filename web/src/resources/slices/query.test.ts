/** A query survives its way through the form. */
import { describe, expect, test } from "vitest";

import { draftOf, joinedBy, needsEvaluation, queryOf, wrongWith } from "./query";
import type { Row } from "./query";

const WALL = { field: "metadata.camera", op: "is", value: "wall" };
const DIM = { field: "metadata.lux", op: "lt", value: 300 };
const SMALL = { annotation: { all: [{ field: "annotation.label", op: "is", value: "cell" }, { field: "annotation.area", op: "lt", value: 1024 }] } };

describe("what a form can hold comes out of it as it went in", () => {
  test.each([
    WALL,
    { not: WALL },
    { all: [WALL, DIM] },
    { any: [WALL, { not: { field: "tag", op: "contains", value: "night" } }] },
    SMALL,
    { field: "outcome", op: "in", value: ["missed", "confused"] },
    { field: "metadata.site", op: "is", value: "12" },
    { field: "metadata.checked", op: "is", value: true },
    { field: "metadata.site", op: "exists", value: false },
    { field: "annotation.attributes.pose.side", op: "is", value: "left" },
  ])("%j", (query) => {
    const draft = draftOf(query);
    expect(draft).not.toBeNull();
    expect(draft && queryOf(draft)).toEqual(query);
    expect(draft?.rows.map(wrongWith).every((wrong) => wrong === null)).toBe(true);
  });
});

test.each([{ not: { all: [WALL, DIM] } }, { all: [{ any: [WALL] }] }, { all: [] }, { field: "batch", op: "in", value: ["a, b"] }, { field: "nothing", op: "is", value: 1 }])("%j is more than a form holds", (query) => {
  expect(draftOf(query)).toBeNull();
});

test("what is wrong with a row is said", () => {
  const row: Row = { field: "image.width", key: "", op: "gt", text: "640" };
  expect(wrongWith(row)).toBeNull();
  expect(wrongWith({ ...row, text: "wide" })).toBe("A number is needed.");
  expect(wrongWith({ ...row, text: " " })).toBe("A value is needed.");
  expect(wrongWith({ ...row, field: "metadata.KEY" })).toBe("Its key is needed.");
  expect(wrongWith({ ...row, field: "" })).toBe("Choose a field.");
  expect(wrongWith({ ...row, op: "in", text: "640, 800" })).toBeNull();
  expect(wrongWith({ ...row, op: "exists", text: "" })).toBeNull();
});

test("of one annotation only what an annotation has is asked", () => {
  const draft = draftOf({ all: [WALL, { field: "annotation.area", op: "lt", value: 9 }] });
  expect(draft && joinedBy("any", draft).rows).toEqual(draft?.rows);
  expect(draft && joinedBy("annotation", draft).rows.map(({ field }) => field)).toEqual(["annotation.label", "annotation.area"]);
});

test("what a model did is told by an evaluation only", () => {
  expect(needsEvaluation({ all: [WALL, { not: { field: "outcome", op: "is", value: "missed" } }] })).toBe(true);
  expect(needsEvaluation({ prediction: { all: [] } })).toBe(true);
  expect(needsEvaluation({ field: "config.epochs", op: "gt", value: 3 })).toBe(true);
  expect(needsEvaluation(SMALL)).toBe(false);
});
