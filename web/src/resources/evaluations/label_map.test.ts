/** Labels are read as one or left out, and the address holds it. */
import { expect, test } from "vitest";

import { asTheyAre, labelMapText, labelMapWords, readAs, readings, readLabelMap } from "./label_map";

const LABELS = ["car", "dog", "truck", "van"];
const JOINED = { truck: "vehicle", van: "vehicle", dog: null };

test("a map is read from its text, which is the same for the same map", () => {
  const text = labelMapText(JOINED);
  expect(text).toBe('{"dog":null,"truck":"vehicle","van":"vehicle"}');
  expect(readLabelMap(text)).toEqual(JOINED);
  expect(labelMapText({ van: "vehicle", dog: null, truck: "vehicle" })).toBe(text);
  expect(labelMapText({ car: "car" })).toBeUndefined();
});

test.each([undefined, "", "{", "[1]", "7", "null", '{"car":3}', '{"car":" "}'])("%j is no map", (text) => {
  expect(readLabelMap(text)).toEqual({});
});

test("labels are joined, left out, and read as they are again", () => {
  const map = readAs(readAs({}, ["truck", "van"], " vehicle "), ["dog"], null);
  expect(map).toEqual(JOINED);
  expect(asTheyAre(map, ["truck", "van"])).toEqual({ dog: null });
});

test("readings are in the order of the labels, those left out last", () => {
  expect(readings(LABELS, JOINED)).toEqual([
    { name: "car", members: ["car"], leftOut: false },
    { name: "vehicle", members: ["truck", "van"], leftOut: false },
    { name: "dog", members: ["dog"], leftOut: true },
  ]);
  // A label may take others in under its own name.
  expect(readings(LABELS, { van: "car" })[0]).toEqual({ name: "car", members: ["car", "van"], leftOut: false });
});

test("a map is told in words", () => {
  expect(labelMapWords(JOINED)).toEqual(["truck and van as vehicle", "dog left out"]);
  expect(labelMapWords(Object.fromEntries([..."abcd"].map((name) => [name, "letter"])))).toEqual(["4 labels as letter"]);
  expect(labelMapWords({})).toEqual([]);
});
