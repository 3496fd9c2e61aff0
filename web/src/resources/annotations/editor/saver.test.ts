/** What is drawn reaches the server, whatever happens on the way, and overwrites nobody. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Entry } from "../../../canvas/edits/drawing";
import { REST_MS, saverOf } from "./saver";
import type { Saver, SaverPorts, Stored } from "./saver";

class Refused extends Error {}
class Lost extends Error {}

function entry(id: string): Entry {
  return { id, label: "cell", shape: { type: "whole" }, attributes: {}, source: null };
}

/** A server that holds one task's annotations, and refuses what was not made of its version. */
class Server implements SaverPorts {
  held: Stored = { version: 1, entries: [] };
  requests = 0;
  /** What happens to the next requests: nothing arrives, or the answer gets lost. */
  faults: ("request" | "answer" | "never")[] = [];

  put = async (entries: readonly Entry[], version: number): Promise<Stored> => {
    this.requests += 1;
    const fault = this.faults.shift();
    if (fault === "request") throw new Lost("the server does not answer");
    if (fault === "never") throw new Error("this label is too long");
    if (version !== this.held.version) throw new Refused("the task changed meanwhile");
    this.held = { version: version + 1, entries: structuredClone(entries) };
    if (fault === "answer") throw new Lost("the server does not answer");
    return this.held;
  };

  get = async (): Promise<Stored> => structuredClone(this.held);

  judge = (error: unknown): "conflict" | "again" | "never" => (error instanceof Refused ? "conflict" : error instanceof Lost ? "again" : "never");
}

let server: Server;
let saver: Saver;
beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  saver = saverOf(server.held, server);
});
afterEach(() => {
  saver.stop();
  vi.useRealTimers();
});

const rest = (): Promise<unknown> => vi.advanceTimersByTimeAsync(REST_MS);
const ids = ({ entries }: Stored): string => entries.map(({ id }) => id).join("");

test("it is saved once, when the hand rests", async () => {
  saver.note([entry("a")]);
  expect(saver.get().state).toBe("waiting");
  await vi.advanceTimersByTimeAsync(REST_MS / 2);
  saver.note([entry("a"), entry("b")]);
  await rest();
  expect([saver.get().state, server.requests, ids(server.held)]).toEqual(["saved", 1, "ab"]);
});

test("what was undone to what is stored needs no saving", async () => {
  const first = saver.get().base.entries;
  saver.note([entry("a")]);
  saver.note(first);
  await rest();
  expect([saver.get().state, server.requests]).toEqual(["saved", 0]);
});

test("what is drawn while an answer is awaited is saved next, on the new version", async () => {
  saver.note([entry("a")]);
  const flushed = saver.flush();
  saver.note([entry("a"), entry("b")]);
  expect(await flushed).toBe(true);
  expect([ids(server.held), server.held.version]).toEqual(["ab", 3]);
});

test("a server that is away for a while gets it in the end", async () => {
  server.faults = ["request", "request", "request"];
  saver.note([entry("a")]);
  await rest();
  expect(saver.get()).toMatchObject({ state: "failed", error: "the server does not answer" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([saver.get().state, ids(server.held)]).toEqual(["saved", "a"]);
});

test("an answer that got lost is no conflict: what is there is what was sent", async () => {
  server.faults = ["answer"];
  saver.note([entry("a")]);
  await rest();
  await vi.advanceTimersByTimeAsync(5000);
  expect([saver.get().state, server.held.version, saver.get().base.version]).toEqual(["saved", 2, 2]);
});

test("what the server will never take is not sent again by itself", async () => {
  server.faults = ["never"];
  saver.note([entry("a")]);
  await rest();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([saver.get().state, server.requests]).toEqual(["failed", 1]);
  expect(await saver.flush()).toBe(true);
});

test("another person's work is not overwritten: both versions are told, and what is chosen is stored", async () => {
  server.held = { version: 2, entries: [entry("theirs")] };
  saver.note([entry("mine")]);
  await rest();
  const { state, theirs, base } = saver.get();
  expect([state, theirs && ids(theirs), ids(base), ids(server.held)]).toEqual(["conflict", "theirs", "", "theirs"]);
  saver.note([entry("mine"), entry("more")]);
  await rest();
  expect([saver.get().state, await saver.flush(), server.requests]).toEqual(["conflict", false, 1]);
  expect(await saver.settle([entry("theirs"), entry("mine")])).toBe(true);
  expect([ids(server.held), server.held.version]).toEqual(["theirsmine", 3]);
});

test("to take theirs needs no saving", async () => {
  server.held = { version: 2, entries: [entry("theirs")] };
  saver.note([entry("mine")]);
  await rest();
  const theirs = saver.get().theirs?.entries ?? [];
  expect(await saver.settle(theirs)).toBe(true);
  expect([saver.get().state, server.requests]).toEqual(["saved", 1]);
});
