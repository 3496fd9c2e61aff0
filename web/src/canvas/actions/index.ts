/** The table of actions: on images all of them, on other items those that need no place. */
import type { Action } from "./_protocol";
import { CHANGES } from "./changes";
import { DRAWING, TOOL_ACTIONS } from "./drawing";
import { GHOSTS } from "./ghosts";
import { TEXTS } from "./texts";
import { VIEWS } from "./views";

export interface ActionGroup {
  title: string;
  actions: readonly Action[];
}

/** Later groups win a key over earlier ones. */
export const IMAGE_ACTIONS: readonly ActionGroup[] = [
  { title: "View", actions: VIEWS },
  { title: "Predictions", actions: GHOSTS },
  { title: "Annotations", actions: CHANGES },
  { title: "Tools", actions: [...TOOL_ACTIONS, ...DRAWING] },
];

const PLACELESS = CHANGES.filter(({ name }) => !/^(nudge|order)_|^(paste|duplicate|copy|cut_out|join)$/.test(name));

/** A text is not panned, and its spans are not nudged. */
export const TEXT_ACTIONS: readonly ActionGroup[] = [
  { title: "Predictions", actions: GHOSTS },
  { title: "Annotations", actions: PLACELESS },
  { title: "Text", actions: TEXTS },
];

/** For items of which only the whole is annotated. */
export const WHOLE_ACTIONS: readonly ActionGroup[] = [
  { title: "Predictions", actions: GHOSTS },
  { title: "Annotations", actions: PLACELESS },
];

/** An action by its name. */
export function actionOf(name: string): Action {
  const found = [...IMAGE_ACTIONS, ...TEXT_ACTIONS].flatMap(({ actions }) => actions).find((action) => action.name === name);
  if (found === undefined) throw new Error(`there is no action ${name}`);
  return found;
}
