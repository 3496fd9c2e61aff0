/** Comments of a task: asked for, told, and settled. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Comment, Point, Span } from "../../wire/types";

const MOST = 1000;

export const commentsQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", taskId, "comments"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/tasks/{task_id}/comments", { params: { path: { task_id: taskId }, query: { limit: MOST } }, signal })),
  });

export interface NewComment {
  text: string;
  annotation_id: string | null;
  place: Point | Span | null;
  reply_to: string | null;
}

export function comment(taskId: string, { place, ...said }: NewComment): Promise<Comment> {
  // The generator knows no pairs, so shapes are written out in `wire/types`.
  return told(api.POST("/api/v2/tasks/{task_id}/comments", { params: { path: { task_id: taskId } }, body: { ...said, place: place as never } }));
}

/** Note that what a comment asks for is settled, or not after all. */
export function settle(commentId: string, resolved: boolean): Promise<Comment> {
  return told(api.PATCH("/api/v2/comments/{comment_id}", { params: { path: { comment_id: commentId } }, body: { resolved } }));
}

export function remove(commentId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/comments/{comment_id}", { params: { path: { comment_id: commentId } } }));
}
