/** The title of the window, by which tabs, histories and screen readers tell pages apart. */
import { useEffect } from "react";

/** Name the window after what the page is about, as soon as that is known. */
export function usePageTitle(name: string | undefined): void {
  useEffect(() => {
    document.title = name === undefined ? "linlog" : `${name} · linlog`;
  }, [name]);
}
