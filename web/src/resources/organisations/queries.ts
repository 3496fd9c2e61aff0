/** The organisation, and the first start of a server. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Session, SetupCreate } from "../../wire/types";

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/setup", { signal })),
});

export function setUp(body: SetupCreate): Promise<Session> {
  return told(api.POST("/api/v2/setup", { body }));
}
