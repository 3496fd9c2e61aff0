/** How pages are laid out: a head, sections, panels, and what is said where there is nothing. */
import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { ApiFailure } from "../wire/http";
import { Icon } from "./icons";
import styles from "./layout.module.css";
import { usePageTitle } from "./page_title";
import { DownloadPageButton } from "./download_page";
import { Headed, HeadEnd } from "./head_end";

/** The body of a page; a narrow one holds forms and short tables. */
export function Page({ narrow = false, children }: { narrow?: boolean; children: ReactNode }): ReactElement {
  return (
    <div className={`${styles.page} ${narrow ? styles.narrow : ""}`}>
      <Headed>{children}</Headed>
    </div>
  );
}

interface HeadProps {
  over?: ReactNode;
  title: ReactNode;
  /** The window's title, where the page's is not plain text. */
  name?: string | undefined;
  meta?: ReactNode;
  actions?: ReactNode;
  /** What the page is called as a file; without it there is no button that downloads it. */
  file?: string | undefined;
}

/** Where the reader is, what the page is about, and what can be done here. */
export function PageHead({ over, title, name, meta, actions, file }: HeadProps): ReactElement {
  usePageTitle(typeof title === "string" ? title : name);
  return (
    <header className={styles.head}>
      <div className={styles.headText}>
        {over !== undefined && <div className={styles.over}>{over}</div>}
        <h1 className={styles.title}>{title}</h1>
        {meta !== undefined && <div className={styles.meta}>{meta}</div>}
      </div>
      <div className={styles.actions}>
        {actions}
        <HeadEnd />
        {file !== undefined && <DownloadPageButton name={file} />}
      </div>
    </header>
  );
}

interface SectionProps {
  title: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  id?: string;
  children: ReactNode;
}

/** A titled part of a page. */
export function Section({ title, note, actions, id, children }: SectionProps): ReactElement {
  return (
    <section className={styles.section} id={id}>
      <Headed>
        <div className={styles.sectionHead}>
          <h2 className={styles.sectionTitle}>{title}</h2>
          {note !== undefined && <span className={styles.sectionNote}>{note}</span>}
          <span className={styles.spacer} />
          {actions}
          <HeadEnd />
        </div>
        {children}
      </Headed>
    </section>
  );
}

/** A surface with a border. */
export function Panel({ padded = false, children }: { padded?: boolean; children: ReactNode }): ReactElement {
  return <div className={`${styles.panel} ${padded ? styles.padded : ""}`}>{children}</div>;
}

/** Quiet text. */
export function Muted({ children }: { children: ReactNode }): ReactElement {
  return <span className={styles.muted}>{children}</span>;
}

/** What is said where there is nothing yet, and what would fill it. */
export function Empty({ title, text, children }: { title: string; text: ReactNode; children?: ReactNode }): ReactElement {
  return (
    <div className={`${styles.panel} ${styles.empty}`}>
      <div>
        <h2 className={styles.emptyTitle}>{title}</h2>
        <p className={styles.emptyText}>{text}</p>
      </div>
      {children}
    </div>
  );
}

/** What went wrong, in the server's words, and a way on: back from what is not there or not open, else once more. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }): ReactElement {
  const said = error instanceof Error ? error.message : "something went wrong";
  const failure = error instanceof ApiFailure ? error : null;
  const gone = failure?.status === 404;
  const kept = failure?.status === 403;
  return (
    <div className={styles.failure} role="alert">
      <Icon name="warning" size={18} />
      <div className={styles.spacer}>
        <strong>{gone ? "Not found" : kept ? "This is not open to you" : "This did not work"}</strong>
        <div className={styles.failureSaid}>{sentence(said)}</div>
        {failure?.requestId != null && <div className={styles.failureId}>request {failure.requestId}</div>}
      </div>
      {gone || (kept && retry !== undefined) ? <Way words="Go back" take={() => history.back()} /> : retry !== undefined && <Way words="Try again" take={retry} />}
    </div>
  );
}

function Way({ words, take }: { words: string; take: () => void }): ReactElement {
  return (
    <Button variant="default" size="xs" onClick={take}>
      {words}
    </Button>
  );
}

// The server's refusals are written to follow a colon.
function sentence(said: string): string {
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}`;
}
