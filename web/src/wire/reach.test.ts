/** A server out of reach is asked again until it answers, and what waited for it goes on. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const fetched = vi.fn<(address: string) => Promise<Response>>();
const cut = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => vi.useRealTimers());

test("it is lost until it answers, and watchers hear of both once", async () => {
  const { ASKED_EVERY_MS, askServer, isLost, watchReach } = await import("./reach");
  const heard: boolean[] = [];
  watchReach((lost) => heard.push(lost));
  fetched.mockImplementation(cut);
  await Promise.all([askServer(), askServer()]);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(isLost()).toBe(true);
  await vi.advanceTimersByTimeAsync(2 * ASKED_EVERY_MS);
  expect(fetched).toHaveBeenCalledTimes(3);
  fetched.mockResolvedValue(new Response("{}"));
  await vi.advanceTimersByTimeAsync(ASKED_EVERY_MS);
  expect(heard).toEqual([true, false]);
  await vi.advanceTimersByTimeAsync(5 * ASKED_EVERY_MS);
  expect(fetched).toHaveBeenCalledTimes(4);
});

test("what failed for want of it is done once more when it is back", async () => {
  const { ASKED_EVERY_MS, inReach } = await import("./reach");
  fetched.mockImplementation(cut);
  const act = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("no module")).mockResolvedValue("module");
  const done = inReach(act);
  await vi.advanceTimersByTimeAsync(0);
  expect(act).toHaveBeenCalledTimes(1);
  fetched.mockResolvedValue(new Response("{}"));
  await vi.advanceTimersByTimeAsync(ASKED_EVERY_MS);
  await expect(done).resolves.toBe("module");
});

test("what fails while the server answers fails for good", async () => {
  const { inReach } = await import("./reach");
  fetched.mockResolvedValue(new Response("{}"));
  await expect(inReach(() => Promise.reject(new Error("wrong")))).rejects.toThrow("wrong");
});
