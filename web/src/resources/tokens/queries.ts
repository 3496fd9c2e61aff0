/** The organisation's tokens for programs. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { PersonalTokenCreate, TokenCreate } from "../../wire/types";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/tokens", { params: { query: { limit: 1000 } }, signal })),
});

export const ownTokensQuery = queryOptions({
  queryKey: ["tokens", "own"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/tokens/personal", { params: { query: { limit: 1000 } }, signal })),
});

export function createOwnToken(body: PersonalTokenCreate): Promise<{ secret: string }> {
  return told(api.POST("/api/v2/tokens/personal", { body }));
}

export function deleteOwnToken(tokenId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/tokens/personal/{token_id}", { params: { path: { token_id: tokenId } } }));
}

export function createToken(body: TokenCreate): Promise<{ secret: string }> {
  return told(api.POST("/api/v2/tokens", { body }));
}

export function deleteToken(tokenId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/tokens/{token_id}", { params: { path: { token_id: tokenId } } }));
}
