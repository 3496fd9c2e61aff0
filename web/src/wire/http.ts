/** One request to the server; every refusal becomes an ApiFailure. Knows no resource. */
import createClient from "openapi-fetch";
import type { Middleware } from "openapi-fetch";

import type { paths } from "../api/schema";
import type { Told } from "./types";

interface ErrorBody {
  detail: string;
  code: string;
  field: string | null;
  request_id: string;
}

/** What the server refused, in its own words. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly requestId: string | null;

  constructor(status: number, body: Partial<ErrorBody>) {
    super(body.detail ?? `The server answered ${status}.`);
    this.name = "ApiFailure";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.field = body.field ?? null;
    this.requestId = body.request_id ?? null;
  }
}

// A creation carries a key, so that a repeat of the same request creates nothing twice.
const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method === "POST") request.headers.set("Idempotency-Key", randomKey());
  },
  onError({ error }) {
    const stopped = error instanceof DOMException && error.name === "AbortError";
    return stopped ? undefined : new Error("the server does not answer: it may be down, or out of reach from here");
  },
  async onResponse({ response }) {
    if (!response.ok) throw new ApiFailure(response.status, await errorBody(response));
  },
};

/** The server's addresses with their parameters, bodies and answers. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });
api.use(middleware);

/** What a request told. */
export async function told<T>(reply: Promise<{ data?: T }>): Promise<Told<T>> {
  const { data } = await reply;
  return data as Told<T>;
}

async function errorBody(response: Response): Promise<Partial<ErrorBody>> {
  const read: unknown = await response.json().catch(() => null);
  return typeof read === "object" && read !== null ? (read as Partial<ErrorBody>) : {};
}

// crypto.randomUUID exists only on secure origins; a server in a local network has none.
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
