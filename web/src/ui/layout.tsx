/** How pages are laid out: a head, sections, panels, and what is said where there is nothing. */
import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { ApiFailure } from "../wire/http";
import { Icon } from "./icons";
import styles from "./layout.module.css";

/** The body of a page. */
export function Page({ children }: { children: ReactNode }): ReactElement {
  return <div className={styles.page}>{children}</div>;
}

interface HeadProps {
  over?: ReactNode;
  title: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
}

/** Where the reader is, what the page is about, and what can be done here. */
export function PageHead({ over, title, meta, actions }: HeadProps): ReactElement {
  return (
    <header className={styles.head}>
      <div className={styles.headText}>
        {over !== undefined && <div className={styles.over}>{over}</div>}
        <h1 className={styles.title}>{title}</h1>
        {meta !== undefined && <div className={styles.meta}>{meta}</div>}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
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
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {note !== undefined && <span className={styles.sectionNote}>{note}</span>}
        <span className={styles.spacer} />
        {actions}
      </div>
      {children}
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

/** What went wrong, in the server's words, and a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }): ReactElement {
  const said = error instanceof Error ? error.message : "something went wrong";
  const requestId = error instanceof ApiFailure ? error.requestId : null;
  return (
    <div className={styles.failure} role="alert">
      <Icon name="warning" size={18} />
      <div className={styles.spacer}>
        <div>{said}</div>
        {requestId !== null && <div className={styles.failureId}>request {requestId}</div>}
      </div>
      {retry !== undefined && (
        <Button variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
