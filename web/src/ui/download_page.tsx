/** The page on show as one file, which opens without a network, and the button for it. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { Icon } from "./icons";

const WORDS = "Download this page";

/** What downloads the page, and whether it is at it. */
export function useDownloadOfPage(name: string): { pending: boolean; run: () => void } {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const run = (): void => {
    setPending(true);
    void import("./page_download").then(({ downloadPage }) => downloadPage(queries, name)).finally(() => setPending(false));
  };
  return { pending, run };
}

export function DownloadPageButton({ name }: { name: string }): ReactElement {
  const { pending, run } = useDownloadOfPage(name);
  return (
    <Tooltip label={WORDS}>
      <ActionIcon data-live variant="default" size={30} aria-label={WORDS} loading={pending} onClick={run}>
        <Icon name="download_page" />
      </ActionIcon>
    </Tooltip>
  );
}
