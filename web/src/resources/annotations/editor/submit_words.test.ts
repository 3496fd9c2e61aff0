/** What is left to do with a task is said in words that are true of it. */
import { expect, test } from "vitest";

import { submitWords } from "./submit_words";

test.each([
  [{ complete: false, rejected: false }, false, "Submit"],
  [{ complete: false, rejected: true }, true, "Submit"],
  [{ complete: true, rejected: false }, false, "Next"],
  [{ complete: true, rejected: false }, true, "Done"],
])("%j, last %s: %s", (task, last, word) => {
  expect(submitWords(task, last).word).toBe(word);
});
