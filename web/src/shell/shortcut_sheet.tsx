/** The sheet of all keys that do something on the page that is shown. */
import { Modal } from "@mantine/core";
import type { ReactElement } from "react";

import { keyName, useShortcutGroups } from "../ui/shortcuts";
import styles from "./shortcut_sheet.module.css";

export function ShortcutSheet({ opened, close }: { opened: boolean; close: () => void }): ReactElement {
  const groups = useShortcutGroups().filter((group) => group.shortcuts.length > 0);
  return (
    <Modal opened={opened} onClose={close} title="Keys" size={620}>
      <div className={styles.groups}>
        {groups.toReversed().map((group) => (
          <section key={group.title} className={styles.group}>
            <h3 className={styles.title}>{group.title}</h3>
            {group.shortcuts.map((shortcut) => (
              <div key={shortcut.title} className={styles.entry}>
                <span>{shortcut.title}</span>
                {shortcut.keys.map((key) => (
                  <kbd key={key}>{keyName(key)}</kbd>
                ))}
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
