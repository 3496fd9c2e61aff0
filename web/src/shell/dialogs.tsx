/** The dialogs that may open over any page: loaded beside the first page, not before it. */
import type { ReactElement } from "react";

import { PresenceDialog } from "../resources/sessions/presence";
import { Finder } from "./finder";
import { ShortcutSheet } from "./shortcut_sheet";

interface DialogsProps {
  finding: boolean;
  find: (opened: boolean) => void;
  sheet: boolean;
  showSheet: (opened: boolean) => void;
}

export default function Dialogs({ finding, find, sheet, showSheet }: DialogsProps): ReactElement {
  return (
    <>
      <Finder opened={finding} close={() => find(false)} />
      <PresenceDialog />
      <ShortcutSheet opened={sheet} close={() => showSheet(false)} />
    </>
  );
}
