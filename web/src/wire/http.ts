/** One request to the server; every refusal becomes an ApiFailure. Knows no resource. */
import createClient from "openapi-fetch";
import type { Middleware } from "openapi-fetch";

import type { paths } from "../api/schema";
import { askServer } from "./reach";
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

type Ask = () => Promise<boolean>;
let askPresence: Ask = () => Promise.resolve(false);

/** Say how to ask for the password once more; the answer is whether it was given. */
export function onPresenceNeeded(ask: Ask): void {
  askPresence = ask;
}

// What changes something is kept until it is answered: it is sent again once the password was given.
const kept = new Map<string, Request>();

// A creation carries a key, so that a repeat of the same request creates nothing twice.
const middleware: Middleware = {
  onRequest({ request, id }) {
    if (request.method === "POST") request.headers.set("Idempotency-Key", randomKey());
    if (request.method !== "GET") kept.set(id, request.clone());
  },
  onError({ error, id }) {
    kept.delete(id);
    const stopped = error instanceof DOMException && error.name === "AbortError";
    if (stopped) return undefined;
    void askServer();
    return new Error("the server does not answer: it may be down, or out of reach from here");
  },
  async onResponse({ response, id }) {
    const again = kept.get(id);
    kept.delete(id);
    if (response.ok) return undefined;
    const failure = new ApiFailure(response.status, await errorBody(response));
    if (failure.code !== "presence_needed" || again === undefined || !(await askPresence())) throw failure;
    const repeated = await fetch(again);
    if (!repeated.ok) throw new ApiFailure(repeated.status, await errorBody(repeated));
    return repeated;
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
