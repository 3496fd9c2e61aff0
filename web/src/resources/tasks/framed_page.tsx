/** A page that is shown within ours, in an origin of its own. Who clicks into it still has our keys. */
import { useEffect, useRef } from "react";
import type { ReactElement } from "react";

import styles from "./stage.module.css";

interface FramedPageProps {
  address: string;
  /** What the page within may do, as browsers name it; nothing where it is empty. Never `allow-same-origin`. */
  sandbox: "" | "allow-scripts";
  name: string;
}

export function FramedPage({ address, sandbox, name }: FramedPageProps): ReactElement {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    // Whether the pages were moved through by keys last, and not by the pointer.
    let tabbed = false;
    const pressed = ({ key }: KeyboardEvent): void => void (tabbed = key === "Tab");
    const pointed = (): void => void (tabbed = false);
    // The window loses the keys to the page within; which element has them is known only afterwards.
    const lost = (): void => void setTimeout(() => frame.current && !tabbed && takeBack(frame.current));
    const within = { capture: true } as const;
    window.addEventListener("keydown", pressed, within);
    window.addEventListener("pointermove", pointed, within);
    window.addEventListener("pointerdown", pointed, within);
    window.addEventListener("blur", lost);
    return () => {
      window.removeEventListener("keydown", pressed, within);
      window.removeEventListener("pointermove", pointed, within);
      window.removeEventListener("pointerdown", pointed, within);
      window.removeEventListener("blur", lost);
    };
  }, []);
  return <iframe ref={frame} className={styles.html} src={address} sandbox={sandbox} title={name} referrerPolicy="no-referrer" />;
}

// Who goes into the page with Tab means to read it by keys, and leaves it the same way.
function takeBack(frame: HTMLIFrameElement): void {
  if (document.activeElement !== frame) return;
  frame.blur();
  window.focus();
}
