/** Downloading the page that is shown, once all of it is drawn. */
import type { QueryClient } from "@tanstack/react-query";

import { downloadText } from "./csv";
import { pageFile } from "./page_file";
import { setDownloading } from "./downloading";

const LOOK_EVERY_MS = 60;
/** How often in a row nothing may be missing before the page counts as drawn. */
const STEADY = 6;
const MOST_LOOKS = 400;

/** Hand the page to the reader as a file; lists draw more of themselves meanwhile. */
export async function downloadPage(queries: QueryClient, name: string): Promise<void> {
  setDownloading(true);
  try {
    await drawn(queries);
    const shown = document.querySelector<HTMLElement>("#main");
    if (shown !== null) downloadText(`${fileName(name)}.html`, pageFile(shown, { title: document.title, address: location.href, written: new Date() }), "text/html;charset=utf-8");
  } finally {
    setDownloading(false);
  }
}

function fileName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "").toLowerCase() || "page";
}

// Whatever the page asks the server for is answered, and every picture is painted.
async function drawn(queries: QueryClient): Promise<void> {
  let steady = 0;
  for (let look = 0; look < MOST_LOOKS && steady < STEADY; look += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each look is later than the one before
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    const waits = queries.isFetching() > 0 || document.querySelector("#main [data-waits], #main [aria-busy=true]") !== null;
    steady = waits ? 0 : steady + 1;
  }
}
