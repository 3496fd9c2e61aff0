/** The facets of a list of tasks: by field how many tasks have each value; choosing one changes the query. */
import { Skeleton } from "@mantine/core";
import { useState } from "react";
import type { ReactElement } from "react";

import { Swatch } from "../../ui/badge";
import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import { count } from "../../ui/numbers";
import type { Facet, FacetValue } from "../../wire/types";
import type { Query } from "../slices/query";
import styles from "./facet_list.module.css";
import { chosen, toggled, without } from "./facets";
import { statusName } from "./words";

const SHOWN = 8;
const COLOURED = new Set(["annotation.label", "prediction.label"]);

interface FacetListProps {
  facets: readonly Facet[] | undefined;
  query: Query | undefined;
  change: (query: Query) => void;
  colours: Colours;
}

export function FacetList({ facets, query, change, colours }: FacetListProps): ReactElement {
  return (
    <section className={styles.list} aria-label="Facets">
      {facets === undefined || query === undefined
        ? [180, 120, 150].map((height) => <Skeleton key={height} height={height} radius={8} />)
        : facets.map((facet) => <FacetPart key={facet.field} facet={facet} query={query} change={change} colours={colours} />)}
    </section>
  );
}

function FacetPart({ facet, query, change, colours }: { facet: Facet; query: Query; change: (query: Query) => void; colours: Colours }): ReactElement {
  const [all, setAll] = useState(false);
  const { values } = facet;
  const asked = values.filter((value) => chosen(query, facet, value));
  const shown = all || facet.ranges ? values : values.slice(0, SHOWN);
  const hidden = values.filter((value) => !shown.includes(value) && asked.includes(value));
  const most = Math.max(1, ...values.map((value) => value.count));
  return (
    <div className={styles.facet} role="group" aria-label={facet.title}>
      <div className={styles.head}>
        <h3 className={styles.title}>
          <bdi>{facet.title}</bdi>
        </h3>
        {asked.length > 0 && (
          <button type="button" className={styles.clear} aria-label={`Ask for any ${facet.title.toLowerCase()}`} onClick={() => change(without(query, facet))}>
            <Icon name="close" size={11} />
          </button>
        )}
      </div>
      {[...shown, ...hidden].map((value) => (
        <Value
          key={JSON.stringify(value.value)}
          value={value}
          share={value.count / most}
          title={facet.field === "status" ? statusName(String(value.value)) : value.title}
          colour={COLOURED.has(facet.field) ? colours(String(value.value)) : null}
          pressed={asked.includes(value)}
          choose={() => change(toggled(query, facet, value))}
        />
      ))}
      {!facet.ranges && values.length > SHOWN && (
        <button type="button" className={styles.more} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer" : `${count(values.length + facet.others - SHOWN)} more`}
        </button>
      )}
      {all && facet.others > 0 && <p className={styles.others}>and {count(facet.others)} rarer values</p>}
    </div>
  );
}

interface ValueProps {
  value: FacetValue;
  title: string;
  /** Of the most frequent value. */
  share: number;
  colour: string | null;
  pressed: boolean;
  choose: () => void;
}

function Value({ value, title, share, colour, pressed, choose }: ValueProps): ReactElement {
  return (
    <button type="button" className={styles.value} aria-pressed={pressed} data-none={value.count === 0 || undefined} onClick={choose}>
      <span className={styles.bar} style={{ width: `${100 * share}%` }} aria-hidden="true" />
      {colour !== null && <Swatch colour={colour} />}
      <bdi className={styles.name} title={title}>
        {title}
      </bdi>
      <span className={styles.count}>{count(value.count)}</span>
    </button>
  );
}
