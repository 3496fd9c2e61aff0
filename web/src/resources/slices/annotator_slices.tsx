/** One slice for each annotator of a dataset, so that reports and comparisons are cut by whose work the truth is. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { counted } from "../../ui/numbers";
import type { Slice } from "../../wire/types";
import { facetsQuery } from "../tasks/queries";
import { missingSlices } from "./missing_slices";
import type { NewSlice } from "./missing_slices";
import { createSlice, MOST_SLICES } from "./queries";

interface AnnotatorSlicesProps {
  datasetId: string;
  slices: readonly Slice[] | undefined;
}

/** A button that saves the slices which are missing; nothing where there are none. */
export function AnnotatorSlices({ datasetId, slices }: AnnotatorSlicesProps): ReactElement | null {
  const { data } = useQuery(facetsQuery({ datasetId }, {}));
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (wanted: readonly NewSlice[]) => Promise.all(wanted.map(({ name, query }) => createSlice(datasetId, name, query))),
    onSuccess: (_told, wanted) => notifications.show({ message: `${counted(wanted.length, "slice")} saved. Reports of this dataset show them side by side.` }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["slices"] });
      await queries.invalidateQueries({ queryKey: ["evaluations"] });
    },
  });
  const wanted = slices === undefined ? [] : missingSlices(data?.facets.find(({ field }) => field === "annotation.annotator"), slices, MOST_SLICES);
  if (wanted.length === 0) return null;
  return (
    <Button size="xs" variant="default" loading={isPending} onClick={() => mutate(wanted)}>
      One for each annotator
    </Button>
  );
}
