/** A dialog whose code is loaded when it is opened first. */
import { Suspense, useState } from "react";
import type { ReactNode } from "react";

export interface Shown {
  opened: boolean;
  close: () => void;
}

/** What opens a dialog, and the dialog, which stands wherever it is put. */
export function useDialog(draw: (shown: Shown) => ReactNode): [open: () => void, dialog: ReactNode] {
  // Null until it is opened first.
  const [opened, put] = useState<boolean | null>(null);
  const dialog = opened !== null && <Suspense>{draw({ opened, close: () => put(false) })}</Suspense>;
  return [() => put(true), dialog];
}
