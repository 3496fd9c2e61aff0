/** Jobs: what the server is doing, newest first. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Job } from "../../wire/types";

const BUSY_EVERY_MS = 1500;
const QUIET_EVERY_MS = 20_000;
const SHOWN = 12;

export const jobsQuery = queryOptions({
  queryKey: ["jobs"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/jobs", { params: { query: { limit: SHOWN } }, signal })),
  refetchInterval: ({ state }) => (state.data?.results.some(active) ? BUSY_EVERY_MS : QUIET_EVERY_MS),
});

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ["jobs", jobId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/jobs/{job_id}", { params: { path: { job_id: jobId } }, signal })),
  });

export function active(job: Job): boolean {
  return job.state === "queued" || job.state === "running";
}
