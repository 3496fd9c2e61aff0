/** A list of other model versions' evaluations, of which one is chosen. */
import { Select } from "@mantine/core";
import type { ReactElement } from "react";

import type { Evaluation } from "../../wire/types";
import { useEvaluationNames } from "./use_words_apart";

interface EvaluationSelectProps {
  evaluations: readonly Evaluation[];
  placeholder: string;
  name: string;
  onChoose: (id: string) => void;
}

export function EvaluationSelect({ evaluations, placeholder, name, onChoose }: EvaluationSelectProps): ReactElement {
  const names = useEvaluationNames(evaluations);
  return (
    <Select
      size="xs"
      w={170}
      placeholder={placeholder}
      aria-label={name}
      comboboxProps={{ width: "max-content", position: "bottom-end" }}
      data={evaluations.map(({ id }) => ({ value: id, label: names.get(id) ?? id }))}
      value={null}
      onChange={(id) => id !== null && onChoose(id)}
    />
  );
}
