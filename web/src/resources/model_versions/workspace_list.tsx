/** The runs beside the charts: shown or hidden, pinned, one of them the baseline. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { strokesOf } from "../../ui/plot_data";
import { Said } from "../../ui/text";
import { VersionState } from "../models/list";
import { inTraining } from "./training";
import type { Change } from "./workspace";
import styles from "./workspace.module.css";
import type { Run } from "./workspace_runs";
import { toggled } from "./workspace_search";
import type { WorkspaceSearch } from "./workspace_search";

interface RunListProps {
  runs: readonly Run[];
  search: WorkspaceSearch;
  change: Change;
}

export function RunList({ runs, search, change }: RunListProps): ReactElement {
  return (
    <ul className={styles.list}>
      {runs.map((run, place) => (
        <li key={run.version.id} className={styles.item}>
          {run.group !== null && run.group !== runs[place - 1]?.group && <div className={styles.group}><Said>{`${search.group}: ${run.group === "" ? "absent" : run.group}`}</Said></div>}
          <div className={`${styles.run} ${run.hidden ? styles.off : ""}`}>
            <span className={styles.stroke} data-stroke style={{ background: strokesOf(run) }} />
            <Link to="/model-versions/$versionId" params={{ versionId: run.version.id }} className={styles.name}><Said>{run.name}</Said></Link>
            {inTraining(run.version) && <VersionState version={run.version} />}
            <RunAction title={run.pinned ? "Unpin" : "Pin"} run={run} icon="to_front" pressed={run.pinned} act={() => change({ pinned: toggled(search.pinned, run.version.id) })} />
            <RunAction title="Baseline" run={run} icon="compare" pressed={search.baseline === run.version.id} act={() => change({ baseline: search.baseline === run.version.id ? undefined : run.version.id })} />
            <RunAction title={run.hidden ? "Show" : "Hide"} run={run} icon={run.hidden ? "eye_closed" : "eye"} pressed={!run.hidden} act={() => change({ hidden: toggled(search.hidden, run.version.id) })} />
          </div>
        </li>
      ))}
    </ul>
  );
}

interface RunActionProps {
  title: string;
  run: Run;
  icon: Parameters<typeof Icon>[0]["name"];
  pressed: boolean;
  act: () => void;
}

function RunAction({ title, run, icon, pressed, act }: RunActionProps): ReactElement {
  return (
    <Tooltip label={title}>
      <ActionIcon size="sm" variant={pressed ? "light" : "subtle"} {...(pressed ? {} : { color: "gray" })} aria-pressed={pressed} aria-label={`${title}: ${run.name}`} onClick={act}>
        <Icon name={icon} size={13} />
      </ActionIcon>
    </Tooltip>
  );
}
