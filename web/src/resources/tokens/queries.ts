/** The organisation's tokens for programs. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { TokenCreate } from "../../wire/types";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/tokens", { params: { query: { limit: 1000 } }, signal })),
});

export function createToken(body: TokenCreate): Promise<{ secret: string }> {
  return told(api.POST("/api/v2/tokens", { body }));
}

export function deleteToken(tokenId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/tokens/{token_id}", { params: { path: { token_id: tokenId } } }));
}
