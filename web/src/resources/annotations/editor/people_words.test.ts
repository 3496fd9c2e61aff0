/** Who worked on an annotation is told as far as somebody knows. */
import { expect, test } from "vitest";

import { peopleWords } from "./people_words";

test.each([
  [undefined, null],
  [{ annotator_id: null, changed_by_id: null }, null],
  [{ annotator_id: "u_1", annotator: "Ada" }, "Made by Ada."],
  [{ annotator_id: "u_1", annotator: null }, "Made by u_1."],
  [{ changed_by_id: "u_2", changed_by: "Bob" }, "Last changed by Bob."],
  [{ annotator_id: "u_1", annotator: "Ada", changed_by_id: "u_2", changed_by: "Bob" }, "Made by Ada, last changed by Bob."],
  [{ annotator_id: "u_1", annotator: "Ada", changed_by_id: "u_1", changed_by: "Ada" }, "Made and last changed by Ada."],
])("%o is told as %s", (annotation, words) => {
  expect(peopleWords(annotation)).toBe(words);
});
