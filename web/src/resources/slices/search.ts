/** What the address of a dataset's slices says: whose tasks are shown. */

export interface SliceSearch {
  slice_id?: string;
  page?: number;
}

export function readSliceSearch(raw: Record<string, unknown>): SliceSearch {
  const page = Number(raw.page);
  return {
    ...(typeof raw.slice_id === "string" && raw.slice_id !== "" ? { slice_id: raw.slice_id } : {}),
    ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
  };
}
