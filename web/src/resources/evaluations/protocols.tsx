/** Average precision by the rules of others beside COCO's, and what makes each differ from it. */
import { Select, Skeleton } from "@mantine/core";
import { useInViewport } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { BlockSection } from "../../blocks";
import type { BlockContext } from "../../blocks/_protocol";
import { Failure, Panel, Section } from "../../ui/layout";
import { Waterfall } from "../../ui/waterfall";
import type { Evaluation, Report } from "../../wire/types";
import { gapsOf } from "./protocol_gaps";
import { protocolsQuery } from "./queries";
import styles from "./report.module.css";
import type { ReportState } from "./search";
import { isBasis } from "./state_words";

/** Kinds that protocols judge. */
const JUDGED = new Set(["detection", "segmentation"]);

interface ProtocolsProps {
  evaluation: Evaluation;
  /** What the numbers above stand on. */
  state: ReportState;
  context: BlockContext;
}

export function Protocols(props: ProtocolsProps): ReactElement | null {
  return JUDGED.has(props.evaluation.kind) ? <Judged {...props} /> : null;
}

// They take as long as the report itself, so they are asked for once the reader comes near.
function Judged({ evaluation, state, context }: ProtocolsProps): ReactElement {
  const { ref, inViewport } = useInViewport();
  const [near, setNear] = useState(false);
  if (inViewport && !near) setNear(true);
  const { data, error, isPlaceholderData: asking } = useQuery({ ...protocolsQuery(evaluation.id, state), enabled: near });
  return (
    <div ref={ref} className={styles.protocols} aria-busy={asking}>
      {!near ? null : error !== null ? <Failure error={error} /> : data === undefined ? <Skeleton height={280} radius={8} /> : <Found report={data} state={state} context={context} />}
    </div>
  );
}

function hasThresholds({ confidence_threshold: confidence, iou_threshold: iou }: ReportState): boolean {
  return confidence !== undefined || iou !== undefined;
}

function Found({ report, state, context }: { report: Report; state: ReportState; context: BlockContext }): ReactElement {
  const [side, , ...others] = report.blocks.filter((block) => !isBasis(block));
  const gaps = gapsOf(report);
  const [chosen, setChosen] = useState<string | null>(null);
  // What differs most says most.
  const widest = gaps.toSorted((one, other) => Math.abs(other.to.value - other.from.value) - Math.abs(one.to.value - one.from.value))[0];
  const gap = gaps.find(({ name }) => name === chosen) ?? widest;
  return (
    <>
      {side !== undefined && <BlockSection block={side} context={context} />}
      {gap !== undefined && (
        <Section
          title="What makes them differ from COCO"
          note={hasThresholds(state) ? "Of the labels and tasks chosen above. Protocols have confidences and IoUs of their own." : undefined}
          actions={<Select size="xs" w={210} aria-label="Protocol and number" allowDeselect={false} data={gaps.map(({ name, title }) => ({ value: name, label: title }))} value={gap.name} onChange={setChosen} />}
        >
          <Panel padded>
            <Waterfall caption={`From COCO to ${gap.title}`} from={gap.from} to={gap.to} steps={gap.steps} />
          </Panel>
        </Section>
      )}
      {others.map((block) => (
        <BlockSection key={block.name} block={block} context={context} />
      ))}
    </>
  );
}
