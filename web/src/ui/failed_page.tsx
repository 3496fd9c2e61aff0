/** A page that cannot be shown, because something that it asks for was refused or lost. */
import type { ReactElement } from "react";

import { Failure, Page } from "./layout";

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

export function FailedPage(stopped: Stopped): ReactElement {
  return (
    <Page>
      <Failure {...stopped} />
    </Page>
  );
}
