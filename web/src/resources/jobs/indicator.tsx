/** What the server is doing now, behind a small sign in the navigation. */
import { Popover, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Bar } from "../../ui/bar";
import { Icon } from "../../ui/icons";
import { counted } from "../../ui/numbers";
import { When } from "../../ui/text";
import type { Job } from "../../wire/types";
import styles from "./indicator.module.css";
import { active, jobsQuery } from "./queries";

const NAMES: Record<string, string> = { change_tasks: "Change of tasks", evaluate: "Evaluation", match: "Matching", freeze: "Freezing", collect: "Clearing", fetch_file: "Fetch a file", thumbnail: "Thumbnail", import_file: "Import", export_file: "Export" };
const TONES: Record<string, Tone> = { queued: "neutral", running: "info", finished: "good", failed: "bad" };

// Beside the sign, or below it where the navigation lies along the top of a narrow window.
const SIDES = { flip: { fallbackPlacements: ["bottom-end" as const] }, shift: { padding: 8 } };

// Names of what jobs are about are asked for by who opens the list.
const Subject = lazy(() => import("./subject"));

interface IndicatorProps {
  linkClass: string;
  wordsClass: string;
  amountClass: string;
}

export function JobsIndicator({ linkClass, wordsClass, amountClass }: IndicatorProps): ReactElement {
  const { data } = useQuery(jobsQuery);
  const jobs = data?.results ?? [];
  const busy = jobs.filter(active).length;
  return (
    <Popover position="right-end" middlewares={SIDES} width={340} shadow="md" withinPortal trapFocus>
      <Popover.Target>
        <button type="button" className={linkClass}>
          <Icon name="activity" />
          <span className={wordsClass} aria-hidden>
            Activity
          </span>
          {busy > 0 && (
            <span className={amountClass} aria-hidden>
              {busy}
            </span>
          )}
          <VisuallyHidden>{`Activity: ${counted(busy, "job")} under way`}</VisuallyHidden>
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={styles.panel} role="region" aria-label="Jobs" tabIndex={0}>
          {jobs.length === 0 && <div className={styles.job}>Nothing was done in the background yet.</div>}
          {jobs.map((job) => (
            <Entry key={job.id} job={job} />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Entry({ job }: { job: Job }): ReactElement {
  return (
    <div className={styles.job}>
      <div className={styles.head}>
        <span>{NAMES[job.name] ?? job.name}</span>
        <span className={styles.when}>
          <When date={job.finished_date ?? job.started_date ?? job.created_date} />
        </span>
        <Badge tone={TONES[job.state] ?? "neutral"} live={job.state === "running"}>
          {job.state}
        </Badge>
      </div>
      <Suspense>
        <Subject job={job} />
      </Suspense>
      {active(job) && <Bar whole={1} label={`${Math.round(100 * job.progress)} per cent done`} parts={[{ name: "done", value: job.progress, colour: "var(--accent)" }]} />}
      {job.failure !== null && <div className={styles.failure}>{job.failure}</div>}
    </div>
  );
}
