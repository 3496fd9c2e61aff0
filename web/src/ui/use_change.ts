/** Changes of one sort: each is done, told of when it fails, and what it touched is asked for again. */
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { QueryKey, UseMutationResult } from "@tanstack/react-query";

export function useChange(...touched: readonly QueryKey[]): UseMutationResult<unknown, Error, () => Promise<unknown>> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onError: (failed) => notifications.show({ color: "red", message: failed.message }),
    onSettled: () => Promise.all(touched.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
