/** Tasks worth looking at; how one is drawn is the page's business. */
import { Button } from "@mantine/core";
import { Fragment, useState } from "react";
import type { ReactElement } from "react";

import { Muted } from "../ui/layout";
import type { Examples } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

const FIRST = 12;

export const examples: BlockView<Examples> = {
  type: "examples",
  Render,
  Tools: ({ block, context }) => context.choose(block.examples),
  room: () => "page",
};

function Render({ block, context: { draw, shown } }: BlockProps<Examples>): ReactElement {
  const [everything, setEverything] = useState(false);
  const found = shown(block.examples);
  if (found.length === 0) return <Muted>{block.examples.length === 0 ? "There are none." : "None of these shows that."}</Muted>;
  return (
    <>
      <div className={styles.examples}>
        {(everything ? found : found.slice(0, FIRST)).map((example) => (
          <Fragment key={example.task_id}>{draw(example, block.name)}</Fragment>
        ))}
      </div>
      {!everything && found.length > FIRST && (
        <Button variant="default" size="xs" mt="md" onClick={() => setEverything(true)}>
          Show all {found.length}
        </Button>
      )}
    </>
  );
}
