/** A page that cannot be shown, because something that it asks for was refused or lost. */
import type { ReactElement } from "react";

import { Failure, Page } from "./layout";
import { usePageTitle } from "./page_title";

interface Asked {
  data: unknown;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

interface Stopped {
  error: Error;
  retry: () => void;
}

/** The first question that failed before it was ever answered; an old answer is shown on. */
export function stoppedBy(...questions: readonly Asked[]): Stopped | null {
  const failed = questions.find(({ data, error }) => error !== null && data === undefined);
  if (failed?.error == null) return null;
  return { error: failed.error, retry: () => void failed.refetch() };
}

const TITLE = "This page cannot be shown";

export function FailedPage(stopped: Stopped): ReactElement {
  usePageTitle(TITLE);
  return (
    <Page>
      <h1 className="visually-hidden">{TITLE}</h1>
      <Failure {...stopped} />
    </Page>
  );
}
