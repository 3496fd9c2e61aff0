/** The way to a page: where it lies, each step a link. */
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { Fragment } from "react";
import type { ReactElement } from "react";

import styles from "./crumbs.module.css";

export interface Crumb {
  title: string;
  to: LinkProps["to"];
  params?: Record<string, string>;
  search?: Record<string, unknown>;
}

export function Crumbs({ entries }: { entries: Crumb[] }): ReactElement {
  return (
    <nav aria-label="Where this is" className={styles.crumbs}>
      {entries.map((entry, place) => (
        <Fragment key={`${entry.to} ${entry.title}`}>
          {place > 0 && <span aria-hidden="true">/</span>}
          <Link className={styles.crumb} {...({ to: entry.to, params: entry.params, search: entry.search } as LinkProps)}>
            <bdi>{entry.title}</bdi>
          </Link>
        </Fragment>
      ))}
    </nav>
  );
}
