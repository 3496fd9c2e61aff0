/** The audit log: what was done and refused, newest first. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const PAGE_SIZE = 50;

export interface AuditFilters {
  action: string | null;
  result: string | null;
}

export const auditQuery = (page: number, { action, result }: AuditFilters) =>
  queryOptions({
    queryKey: ["audit", page, action, result],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v2/audit-entries", {
          params: { query: { limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE, ...(action === null ? {} : { action }), ...(result === null ? {} : { result }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
