/** Lines over an axis, drawn by uPlot in the colours of the pages, with a legend that reads them. */
import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ReactElement } from "react";
import UPlot from "uplot";

import { token } from "./colours";
import { counted, general } from "./numbers";
import styles from "./plot.module.css";
import { aligned, apart, areWhole, dashOf, strokesOf, valueAt, WHOLE_DISTANCES, withoutLogarithm } from "./plot_data";
import type { Line } from "./plot_data";

export interface Mark {
  title: string;
  x: number;
  y: number;
}

export interface PlotProps {
  lines: readonly Line[];
  label: string;
  xTitle: string;
  yTitle?: string;
  /** Bounds of an axis; without them it follows the values. */
  xRange?: [number, number];
  yRange?: [number, number];
  logY?: boolean;
  marks?: readonly Mark[];
  diagonal?: boolean;
  height?: number;
  /** Whether lines are named below; not where the page names them. */
  legend?: boolean;
  /** Whether x is a time, in seconds since 1970. */
  xTime?: boolean;
  /** Takes the part of x that was brushed, or null for all of it; without it the plot zooms itself. */
  onZoom?: (range: [low: number, high: number] | null) => void;
  /** Plots of one group show the same place together. */
  group?: string;
}

const HEIGHT = 240;
// Pixels; less is a click.
const LEAST_BRUSH = 4;

/** A plot as wide as its place, with its legend below. */
export function Plot(props: PlotProps): ReactElement {
  const { ref: frame, width } = useElementSize();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [place, setPlace] = useState<number | null>(null);
  const scheme = useComputedColorScheme("light");
  const shown = useMemo(() => props.lines.filter((line) => !hidden.has(line.name)), [props.lines, hidden]);
  const toggle = (name: string): void => setHidden(hidden.has(name) ? new Set([...hidden].filter((other) => other !== name)) : new Set([...hidden, name]));
  return (
    <div className={styles.plot} ref={frame}>
      <div style={{ height: props.height ?? HEIGHT }} role="img" aria-label={props.label}>
        {width > 0 && <Drawing key={lookOf(props, shown, scheme)} {...props} lines={shown} width={width} onPlace={setPlace} />}
      </div>
      {props.logY && <Unlogged lines={shown} />}
      {props.legend !== false && <Legend lines={props.lines} hidden={hidden} toggle={toggle} place={place} />}
    </div>
  );
}

function Unlogged({ lines }: { lines: readonly Line[] }): ReactElement | null {
  const missing = useMemo(() => withoutLogarithm(lines), [lines]);
  if (missing === 0) return null;
  return <p className={styles.note}>{counted(missing, "point")} of 0 or less {missing === 1 ? "has" : "have"} no place on a log axis, and {missing === 1 ? "is" : "are"} not drawn.</p>;
}

interface LegendProps {
  lines: readonly Line[];
  hidden: ReadonlySet<string>;
  toggle: (name: string) => void;
  place: number | null;
}

function Legend({ lines, hidden, toggle, place }: LegendProps): ReactElement {
  const named = [...new Map(lines.filter((line) => !line.faint).map((line) => [line.name, line])).values()];
  return (
    <div className={styles.legend}>
      {named.map((line) => (
        <button key={line.name} type="button" aria-pressed={!hidden.has(line.name)} className={`${styles.entry} ${hidden.has(line.name) ? styles.off : ""}`} onClick={() => toggle(line.name)}>
          <span className={styles.stroke} style={{ background: strokesOf(line) }} />
          <bdi>{line.name}</bdi>
          <span className={styles.value}>{place === null ? "" : general(valueAt(line, place))}</span>
        </button>
      ))}
    </div>
  );
}

// What uPlot learns only when it begins: with another of these it is drawn anew.
function lookOf(props: PlotProps, lines: readonly Line[], scheme: string): string {
  const { logY, xTime, xTitle, yTitle, xRange, yRange } = props;
  const shapes = lines.map((line) => `${line.name} ${line.colour} ${line.faint} ${line.dashed} ${line.dotted}`);
  return [scheme, logY, xTime, xTitle, yTitle, xRange !== undefined, yRange !== undefined, hasWholeTicks(props, lines), ...shapes].join("|");
}

function hasWholeTicks({ xTime, xRange }: PlotProps, lines: readonly Line[]): boolean {
  return !xTime && xRange === undefined && areWhole(lines);
}

interface DrawingProps extends PlotProps {
  width: number;
  onPlace: (x: number | null) => void;
}

function Drawing(props: DrawingProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const { lines, width, height = HEIGHT } = props;
  // uPlot keeps its hooks: what they draw follows the newest data, not what there was at first.
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const begin = useEffectEvent((place: HTMLElement) => new UPlot(options(props, () => latest.current), aligned(lines), place));
  useEffect(() => {
    if (host.current === null) return undefined;
    const drawn = begin(host.current);
    plot.current = drawn;
    return () => drawn.destroy();
  }, []);
  useEffect(() => plot.current?.setData(aligned(lines)), [lines]);
  useEffect(() => plot.current?.setSize({ width: Math.max(width, 120), height }), [width, height]);
  return <div ref={host} />;
}

function options(props: DrawingProps, latest: () => DrawingProps): UPlot.Options {
  const ink = token("--ink-3");
  const grid = token("--line");
  const axis = { stroke: ink, font: `11px ${token("--font")}`, labelFont: `11.5px ${token("--font")}`, labelSize: 18, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width: Math.max(props.width, 120),
    height: props.height ?? HEIGHT,
    legend: { show: false },
    padding: [10, 12, 0, 0],
    focus: { alpha: 0.35 },
    cursor: {
      points: { size: 6 },
      drag: { x: true, y: false, setScale: props.onZoom === undefined },
      ...(props.onZoom === undefined ? {} : { bind: { dblclick: () => () => latest().onZoom?.(null) ?? null } }),
      focus: { prox: 18 },
      ...(props.group === undefined ? {} : { sync: { key: props.group, scales: ["x", null] } }),
    },
    scales: {
      x: { time: props.xTime ?? false, ...(props.xRange === undefined ? {} : { range: () => latest().xRange ?? (props.xRange as [number, number]) }) },
      y: { distr: props.logY ? 3 : 1, ...(props.yRange === undefined ? {} : { range: () => latest().yRange ?? (props.yRange as [number, number]) }) },
    },
    axes: [
      { ...axis, label: props.xTitle, size: 30, ...(props.xTime ? {} : { values: written }), ...(hasWholeTicks(props, props.lines) ? { incrs: [...WHOLE_DISTANCES] } : {}) },
      { ...axis, ...(props.yTitle ? { label: props.yTitle } : {}), size: 54, values: written },
    ],
    series: [{}, ...props.lines.map((line) => drawnLine(line, props.logY ?? false))],
    hooks: {
      setCursor: [(plot) => latest().onPlace(plot.cursor.idx === null || plot.cursor.idx === undefined ? null : (plot.data[0][plot.cursor.idx] ?? null))],
      setSelect: [(plot) => zoom(plot, latest())],
      draw: [(plot) => adorn(plot, latest())],
    },
  };
}

function zoom(plot: UPlot, { onZoom }: PlotProps): void {
  const { left, width } = plot.select;
  if (onZoom === undefined || width < LEAST_BRUSH) return;
  onZoom([plot.posToVal(left, "x"), plot.posToVal(left + width, "x")]);
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function written(_plot: UPlot, splits: number[]): string[] {
  return splits.map((split) => (split === null ? "" : general(Number(split.toPrecision(10)))));
}

function drawnLine(line: Line, logY: boolean): UPlot.Series {
  const single = line.x.length < 3;
  const dash = dashOf(line);
  return {
    label: line.name,
    stroke: line.faint ? `${line.colour}55` : line.colour,
    width: line.faint ? 1 : 1.8,
    spanGaps: false,
    points: { show: single, size: 5 },
    ...(dash.length === 0 ? {} : { dash }),
    // Lines share an axis: places of other lines are bridged, undefined values are not.
    gaps: (plot, row, first, last) => (logY ? [] : undefinedGaps(plot, row, first, last)),
  };
}

function undefinedGaps(plot: UPlot, row: number, first: number, last: number): UPlot.Series.Gaps {
  const values = plot.data[row] ?? [];
  const found: UPlot.Series.Gaps = [];
  for (let place = first; place <= last; place += 1) {
    if (values[place] !== null) continue;
    const from = plot.valToPos(plot.data[0][Math.max(first, place - 1)] ?? 0, "x", true);
    const to = plot.valToPos(plot.data[0][Math.min(last, place + 1)] ?? 0, "x", true);
    found.push([from, to]);
  }
  return found;
}

function adorn(plot: UPlot, { marks = [], diagonal = false }: PlotProps): void {
  const { ctx } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.bbox.left, plot.bbox.top, plot.bbox.width, plot.bbox.height);
  ctx.clip();
  const spot = (x: number, y: number): [number, number] => [plot.valToPos(x, "x", true), plot.valToPos(y, "y", true)];
  if (diagonal) drawDiagonal(ctx, spot(0, 0), spot(1, 1));
  const spots = marks.map((mark) => spot(mark.x, mark.y));
  const heights = apart(
    spots.map(([, y]) => y - ABOVE * devicePixelRatio),
    LINE * devicePixelRatio,
  );
  for (const at of spots) drawDot(ctx, at);
  spots.forEach(([x], place) => drawTitle(ctx, [x, heights[place] ?? 0], marks[place]?.title ?? ""));
  ctx.restore();
}

function drawDiagonal(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.strokeStyle = token("--ink-3");
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
  ctx.setLineDash([]);
}

// How far a title stands above its dot, and how high it is.
const ABOVE = 8;
const LINE = 13;

function drawDot(ctx: CanvasRenderingContext2D, [x, y]: [number, number]): void {
  const ratio = devicePixelRatio;
  ctx.fillStyle = token("--ink");
  ctx.strokeStyle = token("--surface");
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.arc(x, y, 4.5 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.stroke();
}

function drawTitle(ctx: CanvasRenderingContext2D, [x, y]: [number, number], title: string): void {
  const ratio = devicePixelRatio;
  ctx.fillStyle = token("--ink");
  ctx.strokeStyle = token("--surface");
  ctx.font = `${11 * ratio}px ${token("--font")}`;
  ctx.textAlign = x > ctx.canvas.width * 0.7 ? "right" : "left";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3 * ratio;
  const side = ctx.textAlign === "right" ? -9 : 9;
  ctx.strokeText(title, x + side * ratio, y);
  ctx.fillText(title, x + side * ratio, y);
}
