/** Files that are read without linlog: the page as it looks, or what it tells, as HTML or Markdown. */
import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { downloadText } from "../../ui/csv";
import { useDownloadOfPage } from "../../ui/download_page";
import { Icon } from "../../ui/icons";
import type { Document } from "../../wire/types";

export type Form = "html" | "markdown";

interface DownloadMenuProps {
  of: "report" | "comparison";
  /** What the page is called as a file. */
  page: string;
  make: (form: Form) => Promise<Document>;
}

export function DownloadMenu({ of, page, make }: DownloadMenuProps): ReactElement {
  const whole = useDownloadOfPage(page);
  const made = useMutation({
    mutationFn: make,
    onSuccess: ({ filename, media_type: type, text }) => downloadText(filename, text, `${type};charset=utf-8`),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button data-live size="xs" variant="default" loading={whole.pending || made.isPending} leftSection={<Icon name="download" size={13} />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => made.mutate("html")}>{`The ${of} as HTML`}</Menu.Item>
        <Menu.Item onClick={() => made.mutate("markdown")}>{`The ${of} as Markdown`}</Menu.Item>
        <Menu.Item onClick={whole.run}>This page, as it looks</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
