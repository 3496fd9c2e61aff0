/** The button that saves the page as one file, which opens without a network. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { Icon } from "./icons";

const WORDS = "Save this page as one file";

export function SavePageButton({ name }: { name: string }): ReactElement {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const save = (): void => {
    setPending(true);
    void import("./save_file").then(({ savePage }) => savePage(queries, name)).finally(() => setPending(false));
  };
  return (
    <Tooltip label={WORDS}>
      <ActionIcon data-live variant="default" size={30} aria-label={WORDS} loading={pending} onClick={save}>
        <Icon name="save_page" />
      </ActionIcon>
    </Tooltip>
  );
}
