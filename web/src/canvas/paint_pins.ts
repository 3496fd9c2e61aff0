/** Paints the pins of comments, and where a new one will be. Knows no component. */
import { spotOf, spotsOf } from "./edits/pins";
import type { Editing } from "./edits/editing";
import type { ScreenPoint } from "./geometry/points";

const RADIUS = 9;
/** Readable on any picture, for people who see no red or green too. */
const OPEN = "#ffb000";
const RESOLVED = "#b7bcc2";
const INK = "#1c1b19";

/** Paint all pins, in CSS pixels; the one that is looked at above the others. */
export function paintPins(ctx: CanvasRenderingContext2D, state: Editing, ratio: number): void {
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const inOrder = spotsOf(state).toSorted(([one], [other]) => Number(one.id === state.pinId) - Number(other.id === state.pinId));
  for (const [pin, spot] of inOrder) paintPin(ctx, spot, { text: String(pin.number), colour: pin.resolved ? RESOLVED : OPEN, active: pin.id === state.pinId });
  const spot = state.asked === null ? null : spotOf(state, state.asked);
  if (spot !== null) paintPin(ctx, spot, { text: "+", colour: OPEN, active: true });
}

function paintPin(ctx: CanvasRenderingContext2D, { x, y }: ScreenPoint, { text, colour, active }: { text: string; colour: string; active: boolean }): void {
  ctx.beginPath();
  ctx.arc(x, y, active ? RADIUS + 2 : RADIUS, 0, 2 * Math.PI);
  ctx.fillStyle = colour;
  ctx.fill();
  ctx.lineWidth = active ? 3 : 1.5;
  ctx.strokeStyle = active ? "#ffffff" : INK;
  ctx.stroke();
  ctx.fillStyle = INK;
  ctx.font = '700 11px "Liberation Sans", Arial, sans-serif';
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x, y + 0.5);
  ctx.textAlign = "start";
}
