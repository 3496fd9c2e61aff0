/** The image of a task, to be drawn on. */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { stageIn } from "../../../canvas/stage";
import type { Stage } from "../../../canvas/stage";
import { keptPicture } from "../../../canvas/picture";
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
  const { picture, failed } = usePicture(address, keptPicture);
  const host = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  // Before the browser paints: the image of the task before must not be taken for this one's.
  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const made = stageIn(host.current, store);
    setStage(made);
    return () => made.end();
  }, [store]);
  useEffect(() => stage?.show(picture, colours), [stage, picture, colours]);
  return (
    <div className={styles.stage}>
      <div ref={host} className={styles.canvases} role="img" aria-label={description} data-address={address} />
      {failed && <div className={styles.said}>The image could not be loaded.</div>}
    </div>
  );
}
