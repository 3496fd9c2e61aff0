/** The gap between two protocols is taken apart by choice, and the steps lead from one number to the other. */
import { expect, test } from "vitest";

import { running } from "../../ui/waterfall";
import type { Report, Table } from "../../wire/types";
import { gapsOf } from "./protocol_gaps";

const column = (name: string) => ({ name, title: name, count: false });
const row = (name: string, ...values: (number | null)[]) => ({ name, title: name.toUpperCase(), values });

function table(name: string, columns: string[], rows: ReturnType<typeof row>[]): Table {
  return { type: "table", name, title: name, row_title: "", columns: columns.map(column), rows, signed: name !== "protocols", note: "" };
}

const REPORT: Report = {
  kind: "detection",
  headline: "map",
  blocks: [
    table("protocols", ["ap50", "map"], [row("coco", 0.9, 0.7), row("voc_11", 0.85, null), row("other", 0.95, 0.75)]),
    table("protocol_differences", ["voc_11_ap50", "other_ap50", "other_map"], [row("floor", 0, 0.02, 0.05), row("reading", -0.05, 0.03, 0), row("together", -0.05, 0.05, 0.05)]),
  ],
};

test("every number that both protocols define has its gap", () => {
  expect(gapsOf(REPORT).map(({ name }) => name)).toEqual(["voc_11_ap50", "other_ap50", "other_map"]);
});

test("the steps lead from COCO's number to the other", () => {
  for (const { from, to, steps } of gapsOf(REPORT)) {
    expect(steps.map(({ name }) => name)).toEqual(["floor", "reading"]);
    expect(running(from.value, steps).at(-1)).toBeCloseTo(to.value, 12);
  }
});

test("a report without the tables has no gaps", () => {
  expect(gapsOf({ ...REPORT, blocks: [] })).toEqual([]);
});
