/** The pictograms of the pages: one stroke width, one size, drawn here so that none is fetched. */
import type { ReactElement } from "react";

const PATHS = {
  projects: "M3 4.5h4l1.5 1.8H15v8.2H3z",
  datasets: "M3 4.8c0-1 2.7-1.8 6-1.8s6 .8 6 1.8-2.7 1.8-6 1.8-6-.8-6-1.8zM3 4.8v4.1c0 1 2.7 1.8 6 1.8s6-.8 6-1.8V4.8M3 8.9V13c0 1 2.7 1.8 6 1.8s6-.8 6-1.8V8.9",
  models: "M9 2.6 14.8 6v6L9 15.4 3.2 12V6zM3.2 6 9 9.3 14.8 6M9 9.3v6.1",
  evaluations: "M3 15V3M3 15h12M6 12l2.8-4 2.6 2L15 4.6",
  activity: "M2.5 9.2h3L7.6 4l3 10.2 2-5h3",
  settings: "M3 5.5h6M13 5.5h2M11 3.6v3.8M3 12.5h2M9 12.5h6M7 10.6v3.8",
  search: "M8 13A5 5 0 1 0 8 3a5 5 0 0 0 0 10zM11.6 11.6 15 15",
  left: "M11 4 6 9l5 5",
  right: "M7 4l5 5-5 5",
  down: "M4 7l5 5 5-5",
  close: "M4.5 4.5l9 9M13.5 4.5l-9 9",
  check: "M3.5 9.5 7 13l7.5-8",
  copy: "M6.5 6.5h8v8h-8zM4 11.5H3.5v-8h8V4",
  grid: "M3.5 3.5h4.2v4.2H3.5zM10.3 3.5h4.2v4.2h-4.2zM3.5 10.3h4.2v4.2H3.5zM10.3 10.3h4.2v4.2h-4.2z",
  rows: "M3 4.5h12M3 9h12M3 13.5h12",
  fit: "M3.5 6.5v-3h3M11.5 3.5h3v3M14.5 11.5v3h-3M6.5 14.5h-3v-3",
  plus: "M9 3.5v11M3.5 9h11",
  minus: "M3.5 9h11",
  exit: "M7 3.5H3.5v11H7M11.5 5.8 14.8 9l-3.3 3.2M14.5 9H7",
  key: "M6 12.5a3 3 0 1 1 2.6-4.6H15v2.6h-2v2h-2.6v-2H8.6A3 3 0 0 1 6 12.5z",
  keyboard: "M2.5 5h13v8h-13zM5 8h.01M8 8h.01M11 8h.01M13 8h.01M5.5 10.6h7",
  image: "M2.8 3.8h12.4v10.4H2.8zM2.8 12l3.6-3.6 3 3 1.8-1.8 4 4M11.6 6.9h.01",
  text: "M3.5 4h11M9 4v10.5M6.8 14.5h4.4",
  code: "M6.2 5.2 2.6 9l3.6 3.8M11.8 5.2 15.4 9l-3.6 3.8",
  download: "M9 3v8.5M5.5 8.2 9 11.7l3.5-3.5M3.5 15h11",
  compare: "M6.5 3v12M11.5 3v12M3 6.5l-.01 5M15 6.5v5",
  warning: "M9 3.2 15.8 15H2.2zM9 7.8v3.2M9 13h.01",
  external: "M7.5 3.5h-4v11h11v-4M10.5 3.5h4v4M14.3 3.7 8.4 9.6",
  swap: "M3.5 6.2h11M11.8 3.5l2.7 2.7-2.7 2.7M14.5 11.8h-11M6.2 9.1l-2.7 2.7 2.7 2.7",
} as const;

export type IconName = keyof typeof PATHS;

/** A pictogram. It says nothing to screen readers: name the button around it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 18 18" fill="none" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} stroke="currentColor" strokeWidth="1.45" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** The mark of linlog: axes and a curve that is a line on the other scale. */
export function Logo({ size = 22 }: { size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" strokeLinecap="round" strokeWidth="2.7">
        <path d="M9 6.5v14.2a2.8 2.8 0 0 0 2.8 2.8H25" stroke="var(--on-accent)" />
        <path d="M13.5 18.6C15.6 11.8 19.6 9 25 8.4" stroke="var(--on-accent)" opacity="0.62" />
      </g>
    </svg>
  );
}
