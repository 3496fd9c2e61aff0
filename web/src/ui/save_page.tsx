/** The button that saves the page as one file, which opens without a network. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { saveText } from "./csv";
import { Icon } from "./icons";
import { setSaving } from "./saving";

const WORDS = "Save this page as one file";
const LOOK_EVERY_MS = 60;
/** How often in a row nothing may be missing before the page counts as drawn. */
const STEADY = 6;
const MOST_LOOKS = 400;

export function SavePageButton({ name }: { name: string }): ReactElement {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const save = async (): Promise<void> => {
    setPending(true);
    setSaving(true);
    try {
      await drawn(queries);
      const { pageFile } = await import("./page_file");
      const shown = document.querySelector<HTMLElement>("#main");
      if (shown !== null) saveText(`${fileName(name)}.html`, pageFile(shown, { title: document.title, address: location.href, saved: new Date() }), "text/html;charset=utf-8");
    } catch (error) {
      notifications.show({ color: "red", message: error instanceof Error ? error.message : String(error) });
    } finally {
      setSaving(false);
      setPending(false);
    }
  };
  return (
    <Tooltip label={WORDS}>
      <ActionIcon data-live variant="default" size={30} aria-label={WORDS} loading={pending} onClick={() => void save()}>
        <Icon name="download" />
      </ActionIcon>
    </Tooltip>
  );
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
