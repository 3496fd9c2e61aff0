/** Rounds of review of a task, and decisions. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Review } from "../../wire/types";

const MOST = 100;

export const reviewsQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", taskId, "reviews"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/tasks/{task_id}/reviews", { params: { path: { task_id: taskId }, query: { limit: MOST } }, signal })),
  });

/** One round with what was submitted. That is one thing for each version of the task that it is of. */
export const reviewQuery = (reviewId: string, version: number | undefined) =>
  queryOptions({
    queryKey: ["reviews", reviewId, version],
    queryFn: ({ signal }) => told(api.GET("/api/v2/reviews/{review_id}", { params: { path: { review_id: reviewId } }, signal })),
    staleTime: Infinity,
  });

export interface Decision {
  decision: "accepted" | "rejected";
  reason: string | null;
  /** What was looked at: the task's version and the round. */
  version: number;
  review_id: string | null;
}

export function decideReview(taskId: string, decision: Decision): Promise<Review> {
  return told(api.POST("/api/v2/tasks/{task_id}/reviews", { params: { path: { task_id: taskId } }, body: { ...decision, annotations: null } }));
}
