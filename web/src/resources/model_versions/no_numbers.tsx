/** What stands in the place of charts and configs while no run has logged a number. */
import type { ReactElement } from "react";

import { Empty } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";

const FILL = `# After trainer.init(…):
for step in range(100):
    trainer.log({"loss": 1 / (step + 1)}, step=step)`;

export function NoNumbers(): ReactElement {
  return (
    <Empty title="Waiting for the first numbers" text="No run has logged a number yet. Each key that a trainer logs becomes a chart with a line a run:">
      <Snippet code={FILL} />
    </Empty>
  );
}
