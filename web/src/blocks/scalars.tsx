/** Headline numbers: the one that ranks large, shares with a bar each, counts in a row. */
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { interval, reported } from "../ui/numbers";
import { Range } from "../ui/range";
import type { Scalar, Scalars } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";
import { Opener } from "../ui/opener";
import type { Opens } from "../ui/opener";

export const scalars: BlockView<Scalars> = { type: "scalars", Render, room: () => "page" };

function Render({ block, context }: BlockProps<Scalars>): ReactElement {
  const lead = block.scalars.find(({ name }) => name === context.headline);
  const shares = block.scalars.filter((scalar) => scalar.share && scalar !== lead);
  const counts = block.scalars.filter((scalar) => !scalar.share && scalar !== lead);
  const opened: Opened = ({ name, value }) => (value === null || value === undefined ? null : context.opens(block, { of: "number", name }));
  return (
    <div className={lead === undefined ? styles.numbers : styles.hero}>
      {lead !== undefined && <Lead scalar={lead} opens={opened(lead)} />}
      <div className={styles.groups}>
        {shares.length > 0 && <Tiles of={shares} opened={opened} />}
        {counts.length > 0 && <Tiles of={counts} opened={opened} />}
      </div>
    </div>
  );
}

type Opened = (scalar: Scalar) => Opens | null;

function Lead({ scalar, opens }: { scalar: Scalar; opens: Opens | null }): ReactElement {
  const range = interval(scalar.low, scalar.high);
  return (
    <div className={styles.lead}>
      <div className={styles.leadTitle}>{scalar.title}</div>
      <div className={styles.leadValue}>
        <Number scalar={scalar} opens={opens} />
      </div>
      {scalar.share && <Range value={scalar.value} low={scalar.low} high={scalar.high} span={[0, 1]} label={`${scalar.title} between 0 and 1`} />}
      <p className={styles.said}>
        {range !== "" && <>95 % interval {range}. </>}
        {scalar.description}
      </p>
    </div>
  );
}

function Number({ scalar, opens }: { scalar: Scalar; opens: Opens | null }): ReactElement {
  const text = reported(scalar.value, scalar.share);
  return (
    <Opener opens={opens} said={`${scalar.title} ${text}`}>
      {text}
    </Opener>
  );
}

function Tiles({ of, opened }: { of: readonly Scalar[]; opened: Opened }): ReactElement {
  const ranged = of.some(({ low, high }) => interval(low, high) !== "");
  return (
    <dl className={styles.tiles}>
      {of.map((scalar) => (
        <Tile key={scalar.name} scalar={scalar} ranged={ranged} opens={opened(scalar)} />
      ))}
    </dl>
  );
}

/** Where others beside it have an interval, a tile without one keeps the place, so that values stand in a row. */
function Tile({ scalar, ranged, opens }: { scalar: Scalar; ranged: boolean; opens: Opens | null }): ReactElement {
  const range = interval(scalar.low, scalar.high);
  return (
    <Tooltip label={scalar.description} disabled={scalar.description === ""} multiline maw={320}>
      <div className={styles.tile}>
        <dt>{scalar.title}</dt>
        <dd>
          <Number scalar={scalar} opens={opens} />
          <span className="visually-hidden"> {scalar.description}</span>
          {ranged && <span className={styles.range}> {range === "" ? "\u00a0" : range}</span>}
        </dd>
        {scalar.share && (
          <span className={styles.track} aria-hidden="true">
            <span style={{ width: `${100 * (scalar.value ?? 0)}%` }} className={scalar.better === "neither" ? styles.plain : ""} />
          </span>
        )}
      </div>
    </Tooltip>
  );
}
