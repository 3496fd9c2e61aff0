/** The gap between COCO's numbers and those of other protocols, taken apart: out of the tables of a report of protocols. */
import type { Step } from "../../ui/waterfall";
import type { Report, Table } from "../../wire/types";

export interface Gap {
  /** Of the protocol and the number. */
  name: string;
  title: string;
  from: { title: string; value: number };
  to: { title: string; value: number };
  /** What each choice of the protocol changes; they sum to the gap. */
  steps: Step[];
}

/** The row of COCO, and the row that sums the others up. */
const BASE = "coco";
const TOGETHER = "together";

export function gapsOf(report: Report): Gap[] {
  const side = tableOf(report, "protocols");
  const differences = tableOf(report, "protocol_differences");
  const coco = side?.rows.find(({ name }) => name === BASE);
  if (side === undefined || differences === undefined || coco === undefined) return [];
  return side.rows.flatMap((protocol) =>
    side.columns.flatMap((number, place): Gap[] => {
      const column = differences.columns.findIndex(({ name }) => name === `${protocol.name}_${number.name}`);
      const [from, to] = [coco.values[place] ?? null, protocol.values[place] ?? null];
      if (column < 0 || from === null || to === null) return [];
      return [
        {
          name: `${protocol.name}_${number.name}`,
          title: differences.columns[column]?.title ?? "",
          from: { title: coco.title, value: from },
          to: { title: protocol.title, value: to },
          steps: differences.rows.filter(({ name }) => name !== TOGETHER).map(({ name, title, values }) => ({ name, title, change: values[column] ?? 0 })),
        },
      ];
    }),
  );
}

function tableOf(report: Report, wanted: string): Table | undefined {
  return report.blocks.find((block): block is Table => block.type === "table" && block.name === wanted);
}
