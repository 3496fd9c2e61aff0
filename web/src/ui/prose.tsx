/** Sentences that the server wrote, with names between backticks set as code. */
import type { ReactElement } from "react";

export function Prose({ children }: { children: string }): ReactElement {
  return <bdi>{children.split("`").map((part, place) => (place % 2 === 0 ? part : <code key={`${place} ${part}`}>{part}</code>))}</bdi>;
}
