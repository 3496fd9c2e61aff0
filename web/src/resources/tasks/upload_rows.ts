/** What chosen files become as tasks, a row each: pictures, texts, and the lines of NDJSON. */
import type { TaskCreate } from "../../wire/types";

/** One task to create, with the picture that has to be uploaded before it; or why there is none. */
export type Row = { place: string } & (Wanted | { refused: string });

interface Wanted {
  task: TaskCreate;
  picture: File | null;
  /** About how long it is in a request. */
  characters: number;
}

const PICTURES = /\.(png|jpe?g|webp|gif|bmp|tiff?)$/i;
const LINES = /\.(ndjson|jsonl)$/i;
const TEXTS = /\.txt$/i;
export const ACCEPTED = ".png,.jpg,.jpeg,.webp,.gif,.bmp,.tif,.tiff,.txt,.ndjson,.jsonl";
/** Of a file that is read whole; larger ones are read by the program. */
const LARGEST_BYTES = 64 * 2 ** 20;
const LONGEST_NAME = 4096;

/** The rows of files in their order; a picture that a line names is no row of its own. */
export async function rowsOf(files: readonly File[]): Promise<Row[]> {
  const pictures = new Map<string, File>();
  for (const file of files) if (PICTURES.test(file.name)) pictures.set(pathOf(file), file).set(file.name, file);
  const taken = new Set<File>();
  const found = await Promise.all(files.map((file) => (LINES.test(file.name) ? rowsOfLines(file, pictures, taken) : rowOf(file))));
  return found.flatMap((rows, at) => (taken.has(files[at] as File) ? [] : rows));
}

async function rowOf(file: File): Promise<Row> {
  const place = pathOf(file);
  if (PICTURES.test(file.name)) return { place, picture: file, characters: 0, task: taskOf({ type: "image", external: false }) };
  if (!TEXTS.test(file.name)) return { place, refused: "is no picture, .txt, .ndjson or .jsonl file" };
  if (file.size > LARGEST_BYTES) return { place, refused: TOO_LARGE };
  const text = await file.text();
  if (text.trim() === "") return { place, refused: "holds no text" };
  return { place, picture: null, characters: text.length, task: { ...taskOf({ type: "text", text, filename: file.name, external: false }), unique_id: nameOf(file) } };
}

const TOO_LARGE = "is larger than 64 MiB; import it by the program: linlog tasks import";

async function rowsOfLines(file: File, pictures: ReadonlyMap<string, File>, taken: Set<File>): Promise<Row[]> {
  if (file.size > LARGEST_BYTES) return [{ place: pathOf(file), refused: TOO_LARGE }];
  const lines = (await file.text()).split("\n");
  return lines.flatMap((line, at): Row[] => {
    if (line.trim() === "") return [];
    const row = rowOfLine(line, `${pathOf(file)}:${at + 1}`, pictures);
    if ("refused" in row) return [row];
    if (row.picture !== null) taken.add(row.picture);
    return [row.task.unique_id == null ? { ...row, task: ofLine(row.task, file, at + 1) } : row];
  });
}

// People read the name, which is the text's alone: an image has that of its own file.
function ofLine(task: TaskCreate, file: File, line: number): TaskCreate {
  const { item } = task;
  const shown = item.text == null || item.filename != null ? item : { ...item, filename: `${file.name}:${line}` };
  return { ...task, item: shown, unique_id: `${nameOf(file)}-${line}` };
}

function rowOfLine(line: string, place: string, pictures: ReadonlyMap<string, File>): Row {
  const said = parsed(line);
  if (said === null) return { place, refused: "is no JSON object" };
  const { attachment, attachment_type: type, external_data: external, filename, batch_name: batch, item, ...rest } = said;
  const made = (shown: unknown, picture: File | null = null): Row => ({ place, picture, characters: line.length, task: { ...taskOf(shown), ...(batch === undefined ? {} : { batch }), ...rest } as TaskCreate });
  if (item !== undefined) return made(item);
  if (typeof attachment !== "string" || attachment === "") return { place, refused: "has no attachment: a picture's name, a text or an address" };
  const kind = typeof type === "string" ? type : kindOf(attachment);
  const about = { type: kind, external: external === true, ...(filename === undefined ? {} : { filename }) };
  if (kind === "text" || kind === "html") return made({ ...about, text: attachment });
  if (isAddress(attachment)) return made({ ...about, url: attachment });
  const picture = pictures.get(attachment) ?? pictures.get(attachment.split("/").at(-1) ?? "");
  return picture === undefined ? { place, refused: "names a file that was not chosen with it" } : made(about, picture);
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

// What an attachment is when nobody says, as the program takes it.
function kindOf(attachment: string): string {
  const named = attachment.length < LONGEST_NAME && !attachment.includes("\n") && PICTURES.test(attachment);
  return isAddress(attachment) || named ? "image" : "text";
}

const isAddress = (text: string): boolean => /^https?:\/\//i.test(text);
const pathOf = (file: File): string => file.webkitRelativePath || file.name;
const taskOf = (item: unknown): TaskCreate => ({ item: item as TaskCreate["item"], annotations: [], complete: false, tags: [] });

// A file that is chosen again is the same one, so that nothing of it is stored twice.
const nameOf = (file: File): string => `${file.name}-${file.size}-${file.lastModified}`;
