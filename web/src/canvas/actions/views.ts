/** Actions on how the image is shown: zoom, place, turn and light. None of them changes an annotation. */
import { fit, fitSelected, lit, pan, PLAIN, turn, zoom } from "../edits/editing";
import type { Editing } from "../edits/editing";
import type { Action } from "./_protocol";

const STEP = 1.35;
const PAN = 80;
const LIGHT_STEP = 0.1;
const LEAST_LIGHT = 0.2;
const MOST_LIGHT = 3;
const always = (): boolean => true;

function looks(): Action[] {
  const ways = [["Left", PAN, 0], ["Right", -PAN, 0], ["Up", 0, PAN], ["Down", 0, -PAN]] as const;
  return ways.map(([key, x, y]) => ({
    name: `look_${key.toLowerCase()}`,
    title: `Look ${key.toLowerCase()}`,
    keys: [`Shift+Arrow${key}`],
    when: always,
    act: (state: Editing) => pan(state, x, y),
  }));
}

function within(value: number): number {
  return Math.round(Math.min(MOST_LIGHT, Math.max(LEAST_LIGHT, value)) * 10) / 10;
}

export const VIEWS: readonly Action[] = [
  { name: "fit", title: "Whole image", keys: ["f"], when: always, act: fit },
  { name: "fit_selected", title: "Selection, large", keys: ["z"], when: always, act: fitSelected },
  { name: "zoom_in", title: "Zoom in", keys: ["+", "="], when: always, act: (state) => zoom(state, STEP) },
  { name: "zoom_out", title: "Zoom out", keys: ["-"], when: always, act: (state) => zoom(state, 1 / STEP) },
  { name: "turn", title: "Turn the view", keys: ["w"], when: always, act: turn },
  { name: "brighter", title: "Brighter", keys: ["'"], when: always, act: (state) => lit(state, { brightness: within(state.light.brightness + LIGHT_STEP) }) },
  { name: "darker", title: "Darker", keys: [";"], when: always, act: (state) => lit(state, { brightness: within(state.light.brightness - LIGHT_STEP) }) },
  { name: "more_contrast", title: "More contrast", keys: ['"'], when: always, act: (state) => lit(state, { contrast: within(state.light.contrast + LIGHT_STEP) }) },
  { name: "less_contrast", title: "Less contrast", keys: [":"], when: always, act: (state) => lit(state, { contrast: within(state.light.contrast - LIGHT_STEP) }) },
  { name: "plain_light", title: "Light as it was taken", keys: ["\\"], when: always, act: (state) => lit(state, PLAIN) },
  ...looks(),
];
