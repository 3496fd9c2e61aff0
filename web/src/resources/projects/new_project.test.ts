import { expect, test } from "vitest";

import { faultsOf, sentOf } from "./new_project";
import type { NewProject } from "./new_project";

const label = (name: string, shape = "box") => ({ name, shape, colour: "#3b7dd8" });
const project = (change: Partial<NewProject> = {}): NewProject => ({ title: "Cells", type: "image", labels: [label("red"), label("")], reviewed: false, oneLabel: true, ...change });

const refused = (field: string | null) => ({ message: "it is too long", field });

test("a title is needed, and a label once for its shape", () => {
  expect(faultsOf(project(), null).none).toBe(true);
  expect(faultsOf(project({ title: " " }), null)).toMatchObject({ title: "A title is needed.", none: false });
  const faults = faultsOf(project({ labels: [label("red"), label("red", "polygon"), label(" red ")] }), null);
  expect(faults.labels.map((fault) => fault !== undefined)).toEqual([false, false, true]);
});

test("what the server refuses stands beside its field, whose place counts labels with names", () => {
  const labels = [label(""), label("red"), label("white")];
  expect(faultsOf(project({ labels }), refused("labels.1.name")).labels).toEqual([undefined, undefined, "It is too long."]);
  expect(faultsOf(project(), refused("title")).title).toBe("It is too long.");
  expect(faultsOf(project(), refused(null)).none).toBe(true);
});

test("labels without a name are not sent, nor a rule that the type has not", () => {
  expect(sentOf(project({ labels: [label(" red "), label("")] }))).toMatchObject({ labels: [label("red")], one_label: false });
  expect(sentOf(project({ type: "categorisation" })).one_label).toBe(true);
});
