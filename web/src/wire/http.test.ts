/** Refusals keep the server's words, and creations carry a key. */
import { beforeEach, expect, test, vi } from "vitest";

const fetched = vi.fn<(request: Request) => Promise<Response>>();

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("location", { origin: "http://127.0.0.1:8420" });
});

test("a refusal keeps the sentence and the field", async () => {
  const body = { detail: "limit must be at most 1000", code: "invalid", field: "limit", request_id: "r" };
  fetched.mockResolvedValue(Response.json(body, { status: 422 }));
  const { api, told } = await import("./http");
  const asked = told(api.GET("/api/v2/projects", { params: { query: { limit: 5000 } } }));
  await expect(asked).rejects.toMatchObject({ message: body.detail, status: 422, field: "limit" });
});

test("a creation carries a key, so that a repeat creates nothing twice", async () => {
  fetched.mockResolvedValue(Response.json({ id: "p_1" }, { status: 201 }));
  const { api, told } = await import("./http");
  const body = { title: "Cells", type: "image", labels: [], attributes: [], reviewed: false, one_label: false, visibility: "organisation" as const };
  expect(await told(api.POST("/api/v2/projects", { body }))).toEqual({ id: "p_1" });
  const sent = fetched.mock.calls[0]?.[0];
  expect(sent?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
});

test("a server out of reach is told in words", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  const { api, told } = await import("./http");
  await expect(told(api.GET("/api/v2/session", {}))).rejects.toThrow("the server does not answer");
});

test("a request that nobody waits for any more stays an abort", async () => {
  fetched.mockRejectedValue(new DOMException("aborted", "AbortError"));
  const { api, told } = await import("./http");
  await expect(told(api.GET("/api/v2/session", {}))).rejects.toMatchObject({ name: "AbortError" });
});
