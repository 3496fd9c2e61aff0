/** The sheet of all keys that do something on the page that is shown; what has a name can be given another key. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";

import { choose, isFixed, useChosenKeys, withKey } from "../ui/chosen_keys";
import type { ChosenKeys } from "../ui/chosen_keys";
import { keyName, named } from "../ui/key_names";
import { keysOf, useShortcutGroups } from "../ui/shortcuts";
import type { Shortcut } from "../ui/shortcuts";
import styles from "./shortcut_sheet.module.css";

export function ShortcutSheet({ opened, close }: { opened: boolean; close: () => void }): ReactElement {
  const groups = useShortcutGroups().filter((group) => group.shortcuts.length > 0);
  const chosen = useChosenKeys();
  const [asked, setAsked] = useState<string | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const all = groups.flatMap(({ shortcuts }) => shortcuts);
  const listen = (event: KeyboardEvent): void => {
    if (asked === null) return;
    event.preventDefault();
    event.stopPropagation();
    const key = named(event);
    if (key === null) return;
    const fixed = key !== "Escape" && isFixed(key, all);
    setTaken(fixed ? key : null);
    if (fixed) return;
    if (key !== "Escape") choose(withKey(chosen, asked, key, changeable(all, chosen)));
    setAsked(null);
  };
  const ask = (name: string | null): void => {
    setAsked(name);
    setTaken(null);
  };
  const asking = taken === null ? "Press a key" : `${keyName(taken)} is taken, press another`;
  return (
    <Modal opened={opened} onClose={close} title="Keys" size={940} closeOnEscape={asked === null}>
      <div className={styles.groups} onKeyDownCapture={listen}>
        {groups.toReversed().map((group) => (
          <section key={group.title} className={styles.group}>
            <h3 className={styles.title}>{group.title}</h3>
            {group.shortcuts.filter(({ title }) => title !== "").map((shortcut) => (
              <Entry key={shortcut.title} shortcut={shortcut} chosen={chosen} asking={asked === shortcut.name ? asking : null} ask={() => ask(shortcut.name ?? null)} />
            ))}
          </section>
        ))}
      </div>
      {Object.keys(chosen).length > 0 && (
        <Button variant="default" size="xs" onClick={() => choose({})}>
          All keys as they were
        </Button>
      )}
    </Modal>
  );
}

interface EntryProps {
  shortcut: Shortcut;
  chosen: ChosenKeys;
  /** What is said while a key is asked for. */
  asking: string | null;
  ask: () => void;
}

function Entry({ shortcut, chosen, asking, ask }: EntryProps): ReactElement {
  const keys = keysOf(shortcut, chosen).map((key) => <kbd key={key}>{keyName(key)}</kbd>);
  return (
    <div className={styles.entry}>
      <span>{shortcut.title}</span>
      {shortcut.name === undefined ? (
        keys
      ) : (
        <button type="button" className={styles.change} onClick={ask} title="Choose another key">
          <span className="visually-hidden">Another key for: {shortcut.title}, now </span>
          {asking !== null ? <em>{asking}</em> : keys.length === 0 ? <em>none</em> : keys}
        </button>
      )}
    </div>
  );
}

function changeable(all: readonly Shortcut[], chosen: ChosenKeys): { name: string; keys: readonly string[] }[] {
  return all.flatMap((shortcut) => (shortcut.name === undefined ? [] : [{ name: shortcut.name, keys: keysOf(shortcut, chosen) }]));
}
