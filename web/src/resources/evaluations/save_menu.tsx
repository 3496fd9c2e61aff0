/** What is shown as a file that is read without linlog: one HTML page, or Markdown. */
import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { saveText } from "../../ui/csv";
import { Icon } from "../../ui/icons";
import type { Document } from "../../wire/types";

export type Form = "html" | "markdown";

const FORMS: readonly { form: Form; title: string }[] = [
  { form: "html", title: "One HTML page" },
  { form: "markdown", title: "Markdown" },
];

export function SaveMenu({ of, make }: { of: string; make: (form: Form) => Promise<Document> }): ReactElement {
  const saving = useMutation({
    mutationFn: make,
    onSuccess: ({ filename, media_type: type, text }) => saveText(filename, text, `${type};charset=utf-8`),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default" loading={saving.isPending} leftSection={<Icon name="download" size={13} />} aria-label={`Save the ${of} as a file`}>
          Save
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMS.map(({ form, title }) => (
          <Menu.Item key={form} onClick={() => saving.mutate(form)}>
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
