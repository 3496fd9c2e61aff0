/** What is handed over is kept until the server has it. */
import { expect, test } from "vitest";

import { handOver, NotSaved } from "./handed_over";
import type { SaveState } from "./saver";
import type { WorkOnTask } from "./session";

function work(taskId: string, flush: () => Promise<boolean>, state: SaveState = "saved"): WorkOnTask {
  return { taskId, store: {}, saver: { flush, get: () => ({ state, error: "the server does not answer", theirs: null }) } } as unknown as WorkOnTask;
}

test("work is on its way until it is submitted, and the window is held", async () => {
  const held: boolean[] = [];
  const over = handOver((each) => held.push(each));
  const one = work("t_1", () => Promise.resolve(true));
  const waiting: (() => void)[] = [];
  const sent = over.send(one, () => new Promise((resolve) => void waiting.push(resolve)));
  expect([over.of("t_1"), over.sending()]).toEqual([one, 1]);
  await Promise.resolve();
  for (const submitted of waiting) submitted();
  await sent;
  expect([over.of("t_1"), over.sending(), held]).toEqual([undefined, 0, [true, false]]);
});

test("what is not saved is not submitted, and kept", async () => {
  const held: boolean[] = [];
  const over = handOver((each) => held.push(each));
  const one = work("t_1", () => Promise.resolve(false), "failed");
  let submitted = false;
  const sent = over.send(one, () => Promise.resolve(void (submitted = true)));
  await expect(sent).rejects.toThrow(new NotSaved("the server does not answer"));
  expect([over.of("t_1"), over.sending(), submitted, held.at(-1)]).toEqual([one, 0, false, true]);
});

test("a conflict says that somebody else was there", async () => {
  const over = handOver(() => undefined);
  const sent = over.send(work("t_1", () => Promise.resolve(false), "conflict"), () => Promise.resolve());
  await expect(sent).rejects.toThrow("Somebody else changed it meanwhile.");
});

test("what is saved and refused as submitted is told, and not held", async () => {
  const held: boolean[] = [];
  const over = handOver((each) => held.push(each));
  const sent = over.send(work("t_1", () => Promise.resolve(true)), () => Promise.reject(new Error("no item to look at")));
  await expect(sent).rejects.toThrow("no item to look at");
  expect([over.of("t_1"), held.at(-1)]).toEqual([undefined, false]);
});

test("watchers hear of both ends", async () => {
  const over = handOver(() => undefined);
  const seen: number[] = [];
  over.watch(() => seen.push(over.sending()));
  await over.send(work("t_1", () => Promise.resolve(true)), () => Promise.resolve());
  expect(seen).toEqual([1, 0]);
});
