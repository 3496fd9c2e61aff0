/** Sentences that the server wrote, with names between backticks set as code. */
import type { ReactElement } from "react";

const NAMED = /`([^`]+)`/g;

export function Prose({ children }: { children: string }): ReactElement {
  const parts: (string | ReactElement)[] = [];
  let end = 0;
  for (const found of children.matchAll(NAMED)) {
    parts.push(children.slice(end, found.index), <code key={found.index}>{found[1]}</code>);
    end = found.index + found[0].length;
  }
  return (
    <bdi>
      {parts}
      {children.slice(end)}
    </bdi>
  );
}
