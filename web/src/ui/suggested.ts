/** How a field that is written in suggests: above it and while one writes, so that what stands below stays free. */

export const SUGGESTED = { openOnFocus: false, comboboxProps: { position: "top" } } as const;
