/** The image of a task, to be drawn on. */
import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { stageIn } from "../../../canvas/stage";
import type { Stage } from "../../../canvas/stage";
import type { EditStore } from "../../../canvas/edits/store";
import { usePicture } from "../../../canvas/use_picture";
import type { Colours } from "../../../ui/colours";
import styles from "./editor.module.css";

interface ImageStageProps {
  address: string;
  store: EditStore;
  colours: Colours;
  description: string;
}

export function ImageStage({ address, store, colours, description }: ImageStageProps): ReactElement {
  const { picture, failed } = usePicture(address);
  const host = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = stageIn(host.current, store);
    setStage(made);
    return () => made.end();
  }, [store]);
  useEffect(() => stage?.show(picture, colours), [stage, picture, colours]);
  return (
    <div className={styles.stage}>
      <div ref={host} className={styles.canvases} role="img" aria-label={description} />
      {failed && <div className={styles.said}>The image could not be loaded.</div>}
    </div>
  );
}
