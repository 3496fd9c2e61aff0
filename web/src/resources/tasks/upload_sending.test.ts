import { expect, test, vi } from "vitest";

import { ApiFailure } from "../../wire/http";
import type { StoredFile, TaskCreate } from "../../wire/types";
import type { Row } from "./upload_rows";
import { doneOf, NOTHING, reasonsOf, send } from "./upload_sending";
import type { Account, Ways } from "./upload_sending";

vi.hoisted(() => vi.stubGlobal("location", { origin: "http://127.0.0.1:8420" }));

const text = (said: string): Row => ({ place: said, picture: null, characters: said.length, task: { item: { type: "text", text: said, external: false }, unique_id: said, annotations: [], tags: [], complete: false } });
const picture = (name: string): Row => ({ place: name, picture: new File(["x"], name), characters: 0, task: { item: { type: "image", external: false }, annotations: [], tags: [], complete: false } });

/** A project that keeps tasks by their unique_id, all of a request or none, and refuses those called bad. */
class Kept implements Ways {
  readonly tasks = new Map<string, TaskCreate>();
  requests = 0;
  down = false;

  upload = (file: File): Promise<StoredFile> =>
    file.name === "bad.png" ? Promise.reject(new ApiFailure(422, { detail: "damaged" })) : Promise.resolve({ id: `f_${file.name}`, sha256: `sha of ${file.name}` } as StoredFile);

  create = (tasks: TaskCreate[]): Promise<{ created: number }> => {
    this.requests += 1;
    if (this.down) return Promise.reject(new Error("the server does not answer"));
    if (tasks.some(({ unique_id: id }) => id?.startsWith("bad"))) return Promise.reject(new ApiFailure(422, { detail: "is bad" }));
    const before = this.tasks.size;
    for (const task of tasks) this.tasks.set(task.unique_id ?? "", task);
    return Promise.resolve({ created: this.tasks.size - before });
  };
}

async function sent(rows: Row[], ways: Ways, from: Account = NOTHING, stopped = (): boolean => false): Promise<Account> {
  let last = from;
  await send(rows, from, ways, (account) => (last = account), stopped);
  return last;
}

test("every row is accepted or rejected with its reason", async () => {
  const ways = new Kept();
  const rows = [...Array.from({ length: 120 }, (_, at) => text(at % 40 === 7 ? `bad ${at}` : `row ${at}`)), picture("a.png"), picture("bad.png"), { place: "c", refused: "is no picture" }];
  const account = await sent(rows, ways);
  expect(doneOf(account)).toBe(rows.length);
  expect(account).toMatchObject({ accepted: 118, present: 0 });
  expect(reasonsOf(account.rejected)).toEqual([
    { reason: "is bad", places: ["bad 7", "bad 47", "bad 87"] },
    { reason: "damaged", places: ["bad.png"] },
    { reason: "is no picture", places: ["c"] },
  ]);
  expect(ways.tasks.get("sha of a.png")?.item).toMatchObject({ file_id: "f_a.png", filename: "a.png" });
  expect(await sent(rows, ways)).toMatchObject({ accepted: 118, present: 118 });
});

test("what stops a request is no reason to reject a row, and it goes on from there", async () => {
  const ways = new Kept();
  const rows = Array.from({ length: 60 }, (_, at) => text(`row ${at}`));
  let last = NOTHING;
  const tell = (account: Account): void => {
    last = account;
    ways.down = true;
  };
  await expect(send(rows, NOTHING, ways, tell, () => false)).rejects.toThrow("does not answer");
  expect(last).toEqual({ accepted: 50, present: 0, rejected: [] });
  ways.down = false;
  expect(await sent(rows, ways, last)).toEqual({ accepted: 60, present: 0, rejected: [] });
  expect(ways.requests).toBe(3);
});

test("what is stopped sends nothing more", async () => {
  const ways = new Kept();
  const account = await sent(Array.from({ length: 60 }, (_, at) => text(`row ${at}`)), ways, NOTHING, () => ways.requests > 0);
  expect(account.accepted).toBe(50);
});
