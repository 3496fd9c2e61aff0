/** Why work that was handed over came back, and the way to it. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";

export function CameBack({ told, again }: { told: string; again: () => void }): ReactElement {
  return (
    <>
      {told}{" "}
      <Button size="compact-xs" variant="default" onClick={again}>
        Back to it
      </Button>
    </>
  );
}
