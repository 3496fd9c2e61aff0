/** Which of several numbers a table tells. */
import { Select } from "@mantine/core";
import type { ReactElement } from "react";

interface NumberChoiceProps {
  /** What the table is of, for those who cannot see it. */
  title: string;
  numbers: readonly { name: string; title: string }[];
  chosen: string;
  choose: (name: string) => void;
}

export function NumberChoice({ title, numbers, chosen, choose }: NumberChoiceProps): ReactElement {
  return <Select size="xs" w={170} aria-label={title} allowDeselect={false} data={numbers.map(({ name, title: label }) => ({ value: name, label }))} value={chosen} onChange={(name) => name !== null && choose(name)} />;
}
