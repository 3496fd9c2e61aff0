/** Parallel coordinates: a line a run over the keys of its config to what it reached, brushed by axis. */
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { PointerEvent, ReactElement } from "react";

import { token } from "../../ui/colours";
import { Said } from "../../ui/text";
import { apart, brushBetween, parted, spanOf } from "./axes";
import type { Axis } from "./axes";
import type { Brush, Brushes } from "./brushes";
import styles from "./parallel.module.css";
import { nearest, shadeOf } from "./parallel_lines";
import type { ParallelLine } from "./parallel_lines";

const HEIGHT = 340;
const TOP = 14;
const BOTTOM = 14;
const LEFT = 70;
const RIGHT = 80;
/** Width of what takes a brush, in pixels. */
const REACH = 28;
const NEAR = 8;
/** Between the names of two places on an axis, in pixels. */
const LEAST_APART = 16;
/** Lines that are drawn at full strength. */
const MANY = 100;

interface ParallelProps {
  axes: readonly Axis[];
  lines: readonly ParallelLine[];
  brushes: Brushes;
  /** What stands below a line that the pointer is near. */
  describe: (id: string) => ReactElement;
  open: (id: string) => void;
  brush: (key: string, brush: Brush | null) => void;
}

export function Parallel({ axes, lines, brushes, describe, open, brush }: ParallelProps): ReactElement {
  const { ref, width } = useElementSize();
  const scheme = useComputedColorScheme("light");
  const [near, setNear] = useState<string | null>(null);
  const xs = useMemo(() => axes.map((_, place) => xOf(place, axes.length, width)), [axes, width]);
  const taken = lines.filter((line) => line.taken).length;
  const find = (event: PointerEvent<SVGSVGElement>): void => {
    const frame = event.currentTarget.getBoundingClientRect();
    setNear(nearest(lines, xs, [event.clientX - frame.left, 1 - (event.clientY - frame.top - TOP) / (HEIGHT - TOP - BOTTOM)], HEIGHT - TOP - BOTTOM, NEAR));
  };
  return (
    <figure className={styles.figure}>
      <div className={styles.titles} aria-hidden="true">
        {axes.map((axis, place) => (
          <span key={axis.key} className={styles.title} style={{ left: xs[place], width: roomAt(xs, place, width) }} title={axis.title}>
            <Said>{parted(axis.title)}</Said>
          </span>
        ))}
      </div>
      <div ref={ref} className={styles.stage} style={{ height: HEIGHT }} role="img" aria-label={`${lines.length} runs over ${axes.map(({ title }) => title).join(", ")}; ${taken} within the brushes`}>
        {width > 0 && <Lines key={scheme} lines={lines} xs={xs} width={width} near={near} />}
        <svg role="presentation" className={near === null ? styles.over : styles.overLine} width={width} height={HEIGHT} onPointerMove={find} onPointerLeave={() => setNear(null)} onPointerUp={() => near !== null && open(near)}>
          {axes.map((axis, place) => (
            <AxisLine key={axis.key} axis={axis} x={xs[place] ?? 0} brush={brushes.get(axis.key)} take={(next) => brush(axis.key, next)} />
          ))}
        </svg>
      </div>
      <figcaption className={styles.caption}>{near === null ? "Drag along an axis to keep the runs there; click it to keep all again. Click a line to open its run." : describe(near)}</figcaption>
    </figure>
  );
}

/** How wide the title of an axis may be, so that it meets neither the next one nor an edge. */
function roomAt(xs: readonly number[], place: number, width: number): number {
  const [x, between] = [xs[place] ?? 0, (xs[1] ?? width) - (xs[0] ?? 0)];
  return Math.max(40, Math.min(between - 8, 2 * Math.min(x, width - x)));
}

function xOf(place: number, axes: number, width: number): number {
  return axes === 1 ? width / 2 : LEFT + (place * (width - LEFT - RIGHT)) / (axes - 1);
}

function yOf(at: number): number {
  return TOP + (1 - at) * (HEIGHT - TOP - BOTTOM);
}

interface LinesProps {
  lines: readonly ParallelLine[];
  xs: readonly number[];
  width: number;
  near: string | null;
}

function Lines({ lines, xs, width, near }: LinesProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (canvas.current === null || context === null || context === undefined) return;
    const ratio = window.devicePixelRatio;
    canvas.current.width = width * ratio;
    canvas.current.height = HEIGHT * ratio;
    context.scale(ratio, ratio);
    // Many lines must not become one patch.
    const alpha = Math.max(0.25, Math.min(0.9, MANY / lines.filter(({ taken }) => taken).length));
    // What is outside the brushes lies below, and the line that the pointer is near above all.
    const rank = (line: ParallelLine): number => (line.id === near ? 2 : Number(line.taken));
    for (const line of lines.toSorted((a, b) => rank(a) - rank(b) || a.shade - b.shade)) draw(context, line, xs, line.id === near, alpha);
  }, [lines, xs, width, near]);
  return <canvas ref={canvas} aria-hidden="true" className={styles.canvas} style={{ width, height: HEIGHT }} />;
}

function draw(context: CanvasRenderingContext2D, line: ParallelLine, xs: readonly number[], near: boolean, alpha: number): void {
  context.strokeStyle = near ? token("--ink") : line.taken ? shadeOf(line.shade, [token("--pale"), token("--accent")]) : token("--line");
  context.globalAlpha = near || !line.taken ? 1 : alpha;
  context.lineWidth = near ? 2.4 : line.taken ? 1.4 : 1;
  context.beginPath();
  let drawn = false;
  line.places.forEach((place, axis) => {
    if (place === null) {
      drawn = false;
      return;
    }
    const [x, y] = [xs[axis] ?? 0, yOf(place)];
    if (drawn) context.lineTo(x, y);
    else context.moveTo(x, y);
    drawn = true;
  });
  context.stroke();
}

interface AxisLineProps {
  axis: Axis;
  x: number;
  brush: Brush | undefined;
  take: (brush: Brush | null) => void;
}

function AxisLine({ axis, x, brush, take }: AxisLineProps): ReactElement {
  const [drag, setDrag] = useState<readonly [from: number, to: number] | null>(null);
  const at = (event: PointerEvent<SVGRectElement>): number => {
    const frame = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
    return Math.min(1.02, Math.max(-0.02, 1 - (event.clientY - (frame?.top ?? 0) - TOP) / (HEIGHT - TOP - BOTTOM)));
  };
  const begin = (event: PointerEvent<SVGRectElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag([at(event), at(event)]);
  };
  const end = (event: PointerEvent<SVGRectElement>): void => {
    event.stopPropagation();
    if (drag === null) return;
    take(brushBetween(axis, ...drag));
    setDrag(null);
  };
  const span = drag ?? (brush === undefined ? null : spanOf(axis, brush));
  const [high, low] = span === null ? [0, 0] : [yOf(Math.max(...span)), yOf(Math.min(...span))];
  return (
    <g>
      <line x1={x} x2={x} y1={yOf(1)} y2={yOf(0)} className={styles.axis} />
      {apart(axis.ticks, LEAST_APART / (HEIGHT - TOP - BOTTOM)).map(({ at: place, text }) => (
        <g key={text}>
          <line x1={x - 4} x2={x} y1={yOf(place)} y2={yOf(place)} className={styles.axis} />
          <text x={x - 8} y={yOf(place) + 4} className={styles.tick}>{text.length > 14 ? `${text.slice(0, 13)}…` : text}</text>
        </g>
      ))}
      {span !== null && <rect x={x - 6} y={high - 3} width={12} height={low - high + 6} rx={3} className={styles.brush} />}
      <rect data-axis={axis.key} x={x - REACH / 2} y={0} width={REACH} height={HEIGHT} className={styles.reach} onPointerDown={begin} onPointerMove={(event) => drag !== null && setDrag([drag[0], at(event)])} onPointerUp={end} onPointerCancel={() => setDrag(null)} />
    </g>
  );
}
