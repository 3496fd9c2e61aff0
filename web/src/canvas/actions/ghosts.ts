/** Actions on what a model says: look at one after the other, accept one, accept all that are shown. */
import { accept, awaiting, ghostsIn, lookAtNext, trust, unmarkedIn } from "../edits/editing";
import type { Editing } from "../edits/editing";
import type { Action } from "./_protocol";

const STEP = 0.05;
const shown = (state: Editing): boolean => state.draft === null && (state.awaited || ghostsIn(state).length > 0);
const there = (state: Editing): boolean => state.ghosts.length > 0;

// Whoever presses a key before they are there is told so: nothing of it may be taken for done.
function onceThere(act: (state: Editing) => Editing): (state: Editing) => Editing {
  return (state) => (state.awaited ? awaiting(state) : act(state));
}

// The one that is looked at, else the one under the hand.
function meant(state: Editing): string[] {
  return ghostsIn(state).flatMap(({ id }) => (id === (state.ghostId ?? state.hoveredId) ? [id] : []));
}

export const GHOSTS: readonly Action[] = [
  { name: "next_prediction", title: "Look at the next prediction", keys: ["g"], when: shown, act: onceThere(lookAtNext) },
  { name: "accept", title: "Accept the prediction", keys: ["a"], when: (state) => shown(state) && (state.awaited || meant(state).length > 0), act: onceThere((state) => accept(state, meant(state))) },
  { name: "accept_all", title: "Accept all predictions that are shown and not marked yet", keys: ["A"], when: shown, act: onceThere((state) => accept(state, unmarkedIn(state).map(({ id }) => id))) },
  { name: "trust_less", title: "Show less sure predictions too", keys: ["{"], when: there, act: (state) => trust(state, state.least - STEP) },
  { name: "trust_more", title: "Show only surer predictions", keys: ["}"], when: there, act: (state) => trust(state, state.least + STEP) },
];
