import { expect, test } from "vitest";

import { rowsOf } from "./upload_rows";

const file = (name: string, text = "x"): File => new File([text], name, { lastModified: 7 });
const lines = (...rows: unknown[]): string => rows.map((row) => JSON.stringify(row)).join("\n");

test("pictures and texts are a task each, and what is neither is refused", async () => {
  const [picture, text, empty, other] = await rowsOf([file("a.PNG"), file("b.txt", "Ada"), file("c.txt", " \n"), file("d.docx")]);
  expect(picture).toMatchObject({ place: "a.PNG", task: { item: { type: "image" } } });
  expect(text).toMatchObject({ place: "b.txt", picture: null, task: { item: { type: "text", text: "Ada", filename: "b.txt" }, unique_id: "b.txt-3-7" } });
  expect(empty).toEqual({ place: "c.txt", refused: "holds no text" });
  expect(other).toMatchObject({ place: "d.docx", refused: expect.stringContaining("is no picture") });
});

test("lines are tasks as the program reads them", async () => {
  const rows = await rowsOf([
    file("rows.ndjson", lines({ attachment: "Ada met Grace.", batch_name: "letters", tags: ["old"] }, { attachment: "https://example.org/a.png", external_data: true, unique_id: "a" }, { item: { type: "text", text: "t" }, complete: true }, { attachment: "a.png", attachment_type: "text" })),
  ]);
  const items = [{ type: "text", text: "Ada met Grace.", filename: "rows.ndjson:1" }, { type: "image", url: "https://example.org/a.png", external: true }, { type: "text", text: "t" }, { type: "text", text: "a.png" }];
  expect(rows).toMatchObject(items.map((item) => ({ picture: null, task: { item } })));
  expect(rows).toMatchObject([{ task: { batch: "letters", tags: ["old"], unique_id: expect.stringMatching(/^rows\.ndjson-\d+-7-1$/) } }, { task: { unique_id: "a" } }, { task: { complete: true } }, {}]);
});

test("a line takes a picture that was chosen with it, which is no task of its own then", async () => {
  const boxes = [{ label: "cell", shape: { type: "box", left: 1, top: 2, width: 3, height: 4 } }];
  const [one, two] = [file("one.png"), file("two.png")];
  const rows = await rowsOf([one, two, file("rows.jsonl", lines({ attachment: "images/one.png", annotations: boxes }, { attachment: "three.png" }))]);
  expect(rows).toMatchObject([
    { place: "two.png", picture: two },
    { place: "rows.jsonl:1", picture: one, task: { annotations: boxes } },
    { place: "rows.jsonl:2", refused: "names a file that was not chosen with it" },
  ]);
});

test("lines that are no object or have nothing to look at are refused by their place", async () => {
  const rows = await rowsOf([file("rows.ndjson", 'no\n\n[1]\n{"tags": []}\n')]);
  expect(rows).toEqual([
    { place: "rows.ndjson:1", refused: "is no JSON object" },
    { place: "rows.ndjson:3", refused: "is no JSON object" },
    { place: "rows.ndjson:4", refused: expect.stringContaining("has no attachment") },
  ]);
});
