/** Which labels a report reads as one and which it leaves out, chosen among those that it met. */
import { ActionIcon, Button, Checkbox, Popover, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { LabelChip } from "../../ui/badge";
import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import { Failure, Muted } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { useShortcuts } from "../../ui/shortcuts";
import type { EvaluatedLabel, Evaluation } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import styles from "./label_choice.module.css";
import { asTheyAre, labelMapText, readAs, readings, readLabelMap } from "./label_map";
import type { LabelMap, Reading } from "./label_map";
import { evaluatedLabelsQuery } from "./queries";

interface LabelChoiceProps {
  evaluation: Evaluation;
  /** The map as the address holds it. */
  text: string | undefined;
  change: (text: string | undefined) => void;
}

export function LabelChoice({ evaluation, text, change }: LabelChoiceProps): ReactElement {
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // The focus goes back to where it was: to the button, however it was opened.
  const open = (): void => {
    button.current?.focus();
    setOpened(true);
  };
  useShortcuts("Labels", [{ keys: ["l"], title: "Join labels or leave some out", run: open }]);
  const map = readLabelMap(text);
  const said = summary(map);
  return (
    <div>
      <div className={styles.title} id="labels-title">
        Labels
      </div>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" width={440} shadow="md" trapFocus returnFocus withRoles={false}>
        <Popover.Target>
          <Button
            ref={button}
            variant="default"
            size="xs"
            aria-haspopup="dialog"
            aria-expanded={opened}
            aria-labelledby="labels-title labels-said"
            rightSection={<Icon name="down" size={11} />}
            className={text === undefined ? "" : styles.changed}
            onClick={() => setOpened(!opened)}
          >
            <span id="labels-said">{said}</span>
          </Button>
        </Popover.Target>
        <Popover.Dropdown role="dialog" aria-label="Labels of this report" className={styles.dropdown}>
          <LabelEditor evaluation={evaluation} map={map} change={(next) => change(labelMapText(next))} />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

function summary(map: LabelMap): string {
  const found = readings(Object.keys(map), map);
  const out = found.filter(({ leftOut }) => leftOut).length;
  const joined = found.length - out;
  const parts = [joined === 0 ? "" : `${joined} read otherwise`, out === 0 ? "" : `${out} left out`];
  return parts.filter((part) => part !== "").join(", ") || "All as they are";
}

interface EditorProps {
  evaluation: Evaluation;
  map: LabelMap;
  change: (map: LabelMap) => void;
}

const MANY = 10;

function LabelEditor({ evaluation, map, change }: EditorProps): ReactElement {
  const { data, error } = useQuery(evaluatedLabelsQuery(evaluation.id));
  const colours = useDatasetColours(evaluation.dataset_id);
  if (error !== null) return <Failure error={error} />;
  return data === undefined ? <Skeleton height={160} /> : <Editor labels={data.labels} colours={colours} map={map} change={change} />;
}

function Editor({ labels: found, colours, map, change }: { labels: readonly EvaluatedLabel[]; colours: Colours; map: LabelMap; change: (map: LabelMap) => void }): ReactElement {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [sought, setSought] = useState("");
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector("input")?.focus(), []);
  const met = new Map(found.map((entry) => [entry.label, entry]));
  const rows = readings([...met.keys()], map);
  const shown = rows.filter(({ name, members }) => [name, ...members].some((word) => word.toLowerCase().includes(sought.trim().toLowerCase())));
  const taken = rows.filter(({ name, leftOut }) => !leftOut && chosen.includes(name));
  // What was pressed may be gone then: the focus stays here.
  const settle = (next: LabelMap): void => {
    change(next);
    setChosen([]);
    list.current?.focus();
  };
  return (
    <>
      <p className={styles.about}>Choose labels to read them as one, or to leave them out: truths and predictions alike.</p>
      {met.size > MANY && <TextInput size="xs" mb={8} aria-label="Find a label" placeholder={`Find among ${count(met.size)} labels`} value={sought} onChange={(event) => setSought(event.currentTarget.value)} />}
      <div className={styles.columns} aria-hidden="true">
        <span>Truths</span>
        <span>Predictions</span>
      </div>
      <ul className={styles.list} ref={list} tabIndex={-1} aria-label="Labels">
        {shown.map((row) => (
          <Row
            key={`${row.name} ${row.leftOut}`}
            row={row}
            met={row.members.flatMap((label) => met.get(label) ?? [])}
            colour={colours(row.members[0] ?? row.name)}
            chosen={chosen.includes(row.name) && !row.leftOut}
            choose={(is) => setChosen(is ? [...chosen, row.name] : chosen.filter((name) => name !== row.name))}
            undo={isOtherwise(row, map) ? () => settle(asTheyAre(map, row.members)) : null}
          />
        ))}
      </ul>
      {shown.length === 0 && <Muted>No label is called so.</Muted>}
      <Way taken={taken} met={met} apply={(labels, name) => settle(readAs(map, labels, name))} />
    </>
  );
}

function isOtherwise({ members }: Reading, map: LabelMap): boolean {
  return members.some((label) => map[label] !== undefined);
}

interface RowProps {
  row: Reading;
  met: readonly EvaluatedLabel[];
  colour: string;
  chosen: boolean;
  choose: (chosen: boolean) => void;
  /** Reads its labels as they are again; null where they are. */
  undo: (() => void) | null;
}

function Row({ row, met, colour, chosen, choose, undo }: RowProps): ReactElement {
  const { name, members, leftOut } = row;
  const said = (
    <>
      <LabelChip name={name} colour={colour} />
      {leftOut ? <span className={styles.members}>left out</span> : (members.length > 1 || members[0] !== name) && <span className={styles.members} title={members.join(", ")}>{members.join(", ")}</span>}
    </>
  );
  return (
    <li className={leftOut ? styles.out : ""}>
      {leftOut ? <span className={styles.name}>{said}</span> : <Checkbox size="xs" className={styles.name ?? ""} checked={chosen} onChange={(event) => choose(event.currentTarget.checked)} label={said} />}
      <span className={styles.amount}>{count(met.reduce((sum, { truths }) => sum + truths, 0))}<span className="visually-hidden"> truths</span></span>
      <span className={styles.amount}>{count(met.reduce((sum, { predictions }) => sum + predictions, 0))}<span className="visually-hidden"> predictions</span></span>
      <span className={styles.undo}>
        {undo !== null && (
          <ActionIcon size={20} variant="subtle" color="gray" onClick={undo} aria-label={leftOut ? `Count ${name} again` : `Read ${members.join(", ")} as evaluated`} title={leftOut ? "Count it again" : "As evaluated"}>
            <Icon name="close" size={11} />
          </ActionIcon>
        )}
      </span>
    </li>
  );
}

interface WayProps {
  taken: readonly Reading[];
  met: ReadonlyMap<string, EvaluatedLabel>;
  apply: (labels: readonly string[], name: string | null) => void;
}

// The name that comes first to mind is that of the label with the most truths.
function Way({ taken, met, apply }: WayProps): ReactElement {
  const [name, setName] = useState("");
  const labels = taken.flatMap(({ members }) => members);
  const most = labels.toSorted((one, other) => (met.get(other)?.truths ?? 0) - (met.get(one)?.truths ?? 0))[0] ?? "";
  const wanted = name.trim() || (taken.length > 1 ? most : "");
  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (labels.length === 0 || wanted === "") return;
    apply(labels, wanted);
    setName("");
  };
  return (
    <form className={styles.way} onSubmit={send}>
      <TextInput size="xs" className={styles.field ?? ""} aria-label="Read the chosen labels as" placeholder={taken.length > 1 ? most : "Another name"} value={name} maxLength={200} disabled={labels.length === 0} onChange={(event) => setName(event.currentTarget.value)} />
      <Button type="submit" size="xs" disabled={labels.length === 0 || wanted === ""}>
        {taken.length > 1 ? `Join ${count(taken.length)}` : "Rename"}
      </Button>
      <Button size="xs" variant="default" disabled={labels.length === 0} onClick={() => apply(labels, null)}>
        Leave out
      </Button>
    </form>
  );
}
