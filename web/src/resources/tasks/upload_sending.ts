/** Sending rows to a project: pictures first, then the tasks, with an account of every row. */
import { ApiFailure } from "../../wire/http";
import type { StoredFile, TaskCreate } from "../../wire/types";
import type { Row } from "./upload_rows";

/** What became of rows; accepted and rejected together are those that are done. */
export interface Account {
  accepted: number;
  /** Of the accepted, those that the project had already. */
  present: number;
  rejected: readonly Refusal[];
}

export interface Refusal {
  place: string;
  reason: string;
}

/** The two requests that it takes. */
export interface Ways {
  upload: (picture: File) => Promise<StoredFile>;
  create: (tasks: TaskCreate[]) => Promise<{ created: number }>;
}

export const NOTHING: Account = { accepted: 0, present: 0, rejected: [] };
/** How many rows of an account are done. */
export const doneOf = ({ accepted, rejected }: Account): number => accepted + rejected.length;

const ROWS_AT_ONCE = 50;
const CHARACTERS_AT_ONCE = 4_000_000;
/** Refusals of what was sent; others say nothing of the row. */
const OF_THE_ROW: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

interface Ready {
  place: string;
  task: TaskCreate;
}

/**
 * Send the rows that an account does not have yet, some at a time, and tell the account after each.
 * Throws where the server does not answer or refuses something else than a row; the account that
 * was told last is then where to go on.
 */
export async function send(rows: readonly Row[], account: Account, ways: Ways, tell: (account: Account) => void, stopped: () => boolean): Promise<void> {
  let now = account;
  for (const part of parts(rows.slice(doneOf(account)))) {
    if (stopped()) return;
    // oxlint-disable-next-line no-await-in-loop -- some at a time, so that what was sent last is known
    now = added(now, await sentPart(part, ways));
    tell(now);
  }
}

async function sentPart(part: readonly Row[], ways: Ways): Promise<Account> {
  const found = await Promise.all(part.map((row) => made(row, ways)));
  const ready = found.filter((one) => "task" in one);
  const rejected = found.filter((one) => "reason" in one);
  return added({ ...NOTHING, rejected }, await stored(ready, ways));
}

/** A row whose picture is uploaded. The same bytes are one task, however often they are sent. */
async function made(row: Row, ways: Ways): Promise<Ready | Refusal> {
  const { place } = row;
  if ("refused" in row) return { place, reason: row.refused };
  if (row.picture === null) return { place, task: row.task };
  const { picture, task } = row;
  try {
    const file = await ways.upload(picture);
    return { place, task: { ...task, unique_id: task.unique_id ?? file.sha256, item: { ...task.item, file_id: file.id, filename: task.item.filename ?? picture.name } } };
  } catch (error) {
    return { place, reason: reasonOf(error) };
  }
}

// Tasks are stored all or none: those of a refused request are halved until the refused one is alone.
async function stored(ready: readonly Ready[], ways: Ways): Promise<Account> {
  if (ready.length === 0) return NOTHING;
  try {
    const { created } = await ways.create(ready.map(({ task }) => task));
    return { accepted: ready.length, present: ready.length - created, rejected: [] };
  } catch (error) {
    const reason = reasonOf(error);
    const [first] = ready;
    if (ready.length === 1 && first !== undefined) return { ...NOTHING, rejected: [{ place: first.place, reason }] };
    const middle = Math.ceil(ready.length / 2);
    return added(await stored(ready.slice(0, middle), ways), await stored(ready.slice(middle), ways));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiFailure && OF_THE_ROW.has(error.status)) return error.message;
  throw error;
}

function added(first: Account, second: Account): Account {
  return { accepted: first.accepted + second.accepted, present: first.present + second.present, rejected: [...first.rejected, ...second.rejected] };
}

/** Rows in requests that are neither too many nor too large. */
function* parts(rows: readonly Row[]): Generator<Row[]> {
  let part: Row[] = [];
  let size = 0;
  for (const row of rows) {
    const weight = "refused" in row ? 0 : row.characters;
    if (part.length === ROWS_AT_ONCE || (part.length > 0 && size + weight > CHARACTERS_AT_ONCE)) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(row);
    size += weight;
  }
  if (part.length > 0) yield part;
}

/** Where each reason was given. */
export function reasonsOf(rejected: readonly Refusal[]): { reason: string; places: string[] }[] {
  const found = new Map<string, string[]>();
  for (const { place, reason } of rejected) found.set(reason, found.get(reason) ?? []).get(reason)?.push(place);
  return [...found].map(([reason, places]) => ({ reason, places }));
}
