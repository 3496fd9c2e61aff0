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
  download_page: "M4 2.8h6.500l3.500 3.500v8.900H4zM10.500 2.800v3.500H14M9 8v4.500M7 10.600l2 2 2-2",
  download: "M9 3v8.5M5.5 8.2 9 11.7l3.5-3.5M3.5 15h11",
  upload: "M9 12V3.500M5.500 7 9 3.500 12.500 7M3.500 15h11",
  compare: "M6.5 3v12M11.5 3v12M3 6.5l-.01 5M15 6.5v5",
  warning: "M9 3.2 15.8 15H2.2zM9 7.8v3.2M9 13h.01",
  external: "M7.5 3.5h-4v11h11v-4M10.5 3.5h4v4M14.3 3.7 8.4 9.6",
  swap: "M3.5 6.2h11M11.8 3.5l2.7 2.7-2.7 2.7M14.5 11.8h-11M6.2 9.1l-2.7 2.7 2.7 2.7",
  arrow: "M4.5 3l9.6 4.6-4.2 1.4-1.5 4.3z",
  hand: "M6 9.6V5a1.1 1.1 0 0 1 2.2 0v3.4V3.9a1.1 1.1 0 0 1 2.2 0v4.5V5a1.1 1.1 0 0 1 2.2 0v5.4c0 2.9-1.6 4.6-4 4.6-2 0-3-1-4-3l-1.5-2.7c-.5-1 .8-1.7 1.5-.9z",
  box: "M3.5 4.5h11v9h-11z",
  region: "M3 6V3h3M3 9v1.500M9 3h1.500M13 3v0M7.500 12.500a4 4 0 1 1 6.900 0a4 4 0 0 1-6.900 0zM13.900 13.900 16 16M10.900 8.800v3.400M9.200 10.500h3.400",
  screen: "M2.8 6.500V3.500h4M11.200 3.500h4v3M15.200 11.500v3h-4M6.800 14.500h-4v-3M6 6.500h6v5H6z",
  turned_box: "M9 2.8 15.2 9 9 15.2 2.8 9z",
  polygon: "M9 2.8l6.2 4.6-2.4 7.4H5.2L2.8 7.4z",
  hole: "M9 2.6l6.4 4.7-2.5 7.7H5.1L2.6 7.3zM9 7.2l2.4 1.8-.9 2.8h-3l-.9-2.8z",
  polyline: "M2.8 13.4 6.6 6l4.6 5 4-7",
  point: "M9 6.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8zM9 2.5v1.8M9 13.7v1.8M2.5 9h1.8M13.7 9h1.8",
  brush: "M14.8 3.2 8.6 9.4M8.2 9.2c1 .3 1.5.9 1.7 1.7-.4 2.3-2.5 3.7-6.4 3.6 1-.7 1.3-1.6 1.6-2.9.4-1.6 1.6-2.6 3.1-2.4z",
  eraser: "M6.6 14.5 3 10.9l7-7.2 4.6 4.6-6 6.2zM6.4 7.4l4.7 4.8M6.6 14.5h8",
  knife: "M3 14.8 14.6 3.2c.8 3-.6 6-4.4 7.8L8 8.8",
  join: "M3.2 3.2h7.4v7.4H3.2zM7.4 7.4h7.4v7.4H7.4z",
  undo: "M6.2 3.6 3 6.8 6.2 10M3.4 6.8h6.8a4 4 0 0 1 0 8H6.4",
  redo: "M11.8 3.6 15 6.8 11.8 10M14.6 6.8H7.8a4 4 0 0 0 0 8h3.8",
  eye: "M2 9c1.6-3 4-4.6 7-4.6S14.4 6 16 9c-1.6 3-4 4.6-7 4.600S3.6 12 2 9zM9 6.900a2.1 2.1 0 1 1 0 4.2 2.1 2.1 0 0 1 0-4.200z",
  eye_closed: "M2.4 8.200c1.6 2.3 3.8 3.5 6.6 3.500s5-1.2 6.6-3.500M4.6 11l-1.3 1.900M9 11.900v2.300M13.4 11l1.3 1.9",
  lock: "M4.5 8.200h9v6.300h-9zM6.2 8V6a2.8 2.8 0 0 1 5.6 0v2",
  unlock: "M4.5 8.200h9v6.300h-9zM6.2 8V5.600a2.8 2.8 0 0 1 5.4-.9",
  comment: "M3 3.800h12v8.400H8.4L5 15v-2.800H3z",
  trash: "M3.5 5h11M7 4.800V3h4v1.800M5 5l.7 9.800h6.600L13 5M7.7 7.600v4.600M10.3 7.600v4.6",
  turn: "M14.8 8A6 6 0 1 0 14 11.800M15 4.200V8h-3.8",
  light: "M9 5.800a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.400zM9 1.800v1.600M9 14.600v1.600M1.8 9h1.600M14.6 9h1.600M3.9 3.9 5 5M13 13l1.1 1.100M3.9 14.1 5 13M13 5l1.1-1.1",
  forward: "M9 14.5v-11M4.5 8 9 3.5 13.5 8",
  backward: "M9 3.5v11M4.5 10 9 14.5 13.5 10",
  to_front: "M9 15V6.5M5 10l4-4 4 4M3.5 3.2h11",
  to_back: "M9 3v8.5M5 8l4 4 4-4M3.5 14.800h11",
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
