/** The end of a head, where the button stands that downloads the table below it. */
import { createContext, useContext, useMemo, useState } from "react";
import type { ReactElement, ReactNode } from "react";
import { createPortal } from "react-dom";

interface End {
  element: HTMLElement | null;
  hold: (element: HTMLElement | null) => void;
}

const Nearest = createContext<End | null>(null);

/** A head with its `HeadEnd`, and what it is the head of. */
export function Headed({ children }: { children: ReactNode }): ReactElement {
  const [element, hold] = useState<HTMLElement | null>(null);
  const end = useMemo(() => ({ element, hold }), [element]);
  return <Nearest value={end}>{children}</Nearest>;
}

/** The place itself, the last in the head. */
export function HeadEnd(): ReactElement {
  return <span ref={useContext(Nearest)?.hold} style={{ display: "contents" }} />;
}

/** Puts something there from below. */
export function AtHeadEnd({ children }: { children: ReactNode }): ReactNode {
  const element = useContext(Nearest)?.element;
  return element ? createPortal(children, element) : null;
}
