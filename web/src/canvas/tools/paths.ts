/** What the tools have in common that draw corner by corner: clicks, a free hand, and a way back. */
import { held } from "../geometry/limits";
import type { ImagePoint } from "../geometry/points";
import type { Path } from "../../wire/types";
import type { Around, Outcome, PointerInput, Tool } from "./_protocol";

interface Draft {
  corners: readonly ImagePoint[];
  /** Where the hand is. */
  to: ImagePoint;
  down: boolean;
}

/** CSS tolerances between the corners that a free hand leaves. */
const FREE_STEP = 3;

interface PathTool {
  name: string;
  title: string;
  least: number;
  closed: boolean;
  whole: (corners: Path, around: Around) => Pick<Outcome<Draft>, "edit" | "select" | "said">;
}

/** A tool that makes something whole of at least `least` corners. */
export function pathTool({ name, title, least, closed, whole }: PathTool): Tool<Draft> {
  const finished = (draft: Draft, around: Around): Outcome<Draft> => {
    const corners = apart(draft.corners, around.tolerance / 4);
    if (corners.length < least) return { draft, said: `It needs ${least} corners.` };
    return { draft: null, ...whole(corners.map(({ x, y }) => [x, y]), around) };
  };
  const clicked = (draft: Draft | null, at: ImagePoint, around: Around): Outcome<Draft> => {
    const corners = draft?.corners ?? [];
    const [first] = corners;
    const home = closed && first !== undefined && corners.length >= least && Math.hypot(first.x - at.x, first.y - at.y) <= 2 * around.tolerance;
    return home ? finished({ corners, to: at, down: false }, around) : { draft: { corners: [...corners, at], to: at, down: true } };
  };
  const moved = (draft: Draft, input: PointerInput, at: ImagePoint, around: Around): Outcome<Draft> => {
    const last = draft.corners.at(-1);
    const far = last === undefined || Math.hypot(last.x - at.x, last.y - at.y) >= FREE_STEP * around.tolerance;
    const corners = input.type === "move" && draft.down && far ? [...draft.corners, at] : draft.corners;
    return { draft: { corners, to: at, down: draft.down && input.type !== "up" } };
  };
  return {
    name,
    title,
    cursor: "crosshair",
    step(draft, input, around) {
      if (input.type === "cancel") return { draft: null };
      if (input.type === "finish") return draft === null ? { draft } : finished(draft, around);
      if (input.type === "back") return { draft: draft === null || draft.corners.length < 2 ? null : { ...draft, corners: draft.corners.slice(0, -1) } };
      const at = held(input.at, around.size, around.tolerance);
      if (input.type === "down") return clicked(draft, at, around);
      return draft === null ? { draft } : moved(draft, input, at, around);
    },
    preview: ({ corners, to }) => ({ line: [...corners, to, ...(closed && corners.length > 1 ? corners.slice(0, 1) : [])] }),
  };
}

// The two clicks of a double click leave one corner, not two.
function apart(corners: readonly ImagePoint[], tolerance: number): ImagePoint[] {
  return corners.filter((corner, place) => {
    const before = corners[place - 1];
    return before === undefined || Math.hypot(corner.x - before.x, corner.y - before.y) > tolerance;
  });
}
