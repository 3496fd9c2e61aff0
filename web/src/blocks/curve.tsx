/** Lines over a common axis. */
import type { ReactElement } from "react";

import { paletteColour } from "../ui/colours";
import type { Colours } from "../ui/colours";
import { Plot } from "../ui/plot";
import type { Line } from "../ui/plot_data";
import type { Curve } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";

/** Neither a label nor an outcome has this colour; it is seen on light and dark. */
const NEUTRAL = "#8a857c";
const WITHIN: [number, number] = [-0.02, 1.02];

const PLOT = 240;
const LEGEND_LINE = 5;
const MOST_NAMES = 12;

export const curve: BlockView<Curve> = {
  type: "curve",
  Render,
  room: () => "card",
  height: ({ series }) => PLOT + LEGEND_LINE * Math.min(MOST_NAMES, series.length),
};

function Render({ block, context }: BlockProps<Curve>): ReactElement {
  const lines = linesOf(block, context.colours);
  const values = lines.flatMap((line) => line.y.filter((value) => value !== null));
  const places = lines.flatMap((line) => line.x);
  return (
    <Plot
      lines={lines}
      label={`${block.title}: ${block.y_title} over ${block.x_title}`}
      xTitle={block.x_title}
      yTitle={block.y_title}
      {...(places.every(isShare) ? { xRange: WITHIN } : {})}
      {...(values.every(isShare) ? { yRange: WITHIN } : {})}
      marks={block.markers}
      diagonal={block.diagonal}
    />
  );
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

// The line of all labels stands out; labels keep the colours that they have everywhere, and dashes tell
// those of one colour apart.
function linesOf(block: Curve, colours: Colours): Line[] {
  const labelled = block.series.some(({ name }) => name === "all") && block.series.length > 1;
  const met = new Set<string>();
  return block.series.map(({ name, x, y }, place) => {
    const colour = name === "all" ? NEUTRAL : labelled ? colours(name) : paletteColour(place);
    const dashed = met.has(colour);
    met.add(colour);
    return { name, x, y, colour, dashed };
  });
}
