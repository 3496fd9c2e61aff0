/** A task's item, large, with what is marked on it: an image, a text, a page. */
import { Anchor, Button, Checkbox } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useState } from "react";
import type { ReactElement, ReactNode } from "react";

import type { Viewport } from "../../canvas/geometry/viewport";
import { ImageCanvas } from "../../canvas/image_canvas";
import type { Mark } from "../../canvas/scene";
import { Icon } from "../../ui/icons";
import type { Task } from "../../wire/types";
import { described } from "../annotations/marks";
import { TextView } from "../annotations/text_view";
import { content, sizeOf } from "../files/addresses";
import styles from "./stage.module.css";
import { taskName } from "./words";

export interface StageProps {
  task: Task;
  marks: readonly Mark[];
  selected: ReadonlySet<string>;
  onSelect: (id: string | null) => void;
  /** One viewport for several stages side by side. */
  view?: Viewport | null;
  onView?: (view: Viewport | null) => void;
  keys?: boolean;
}

export function Stage(props: StageProps): ReactElement {
  const whole = props.marks.filter(({ shape }) => shape.type === "whole");
  if (whole.length === 0) return <Item {...props} />;
  return (
    <div className={styles.whole}>
      <div className={styles.item}>
        <Item {...props} />
      </div>
      <div className={styles.said}>
        <Categories title="Truth" marks={whole.filter(({ layer }) => layer === "truth")} />
        <Categories title="Predicted" marks={whole.filter(({ layer }) => layer === "prediction")} />
      </div>
    </div>
  );
}

function Item(props: StageProps): ReactElement {
  const { item } = props.task;
  const { task, ...shared } = props;
  const description = described(props.marks, item.type === "image" ? "Image" : "Text");
  if (item.type === "image" && item.file_id !== null) {
    return <ImageCanvas {...shared} address={content(item.file_id)} size={sizeOf(item)} description={description} />;
  }
  if (item.type === "text") return <TextView {...shared} text={item.text ?? ""} description={description} />;
  if (item.type === "html") {
    // The empty sandbox forbids scripts, forms, popups and the pages' own origin.
    return <iframe className={styles.html} src={`/api/v2/tasks/${encodeURIComponent(task.id)}/html`} sandbox="" title={taskName(task)} referrerPolicy="no-referrer" />;
  }
  return item.type === "iframe" ? <OutsidePage task={task} /> : <Elsewhere task={task} />;
}

const ALWAYS = "linlog.outside_pages";

// Pages of other hosts are fetched when people ask for them, once or for good, and never before.
function OutsidePage({ task }: { task: Task }): ReactElement {
  const [always, setAlways] = useLocalStorage({ key: ALWAYS, defaultValue: false, getInitialValueInEffect: false });
  const [shownId, setShownId] = useState<string | null>(null);
  if (always || shownId === task.id) {
    // The page within has neither our origin nor a word with this page.
    return <iframe className={styles.html} src={`/api/v2/tasks/${encodeURIComponent(task.id)}/frame`} sandbox="allow-scripts" title={taskName(task)} referrerPolicy="no-referrer" />;
  }
  return (
    <Elsewhere task={task}>
      <div className={styles.asked}>
        <Button size="xs" onClick={() => setShownId(task.id)}>Show it here</Button>
        <Checkbox size="xs" label="Always" onChange={(event) => setAlways(event.currentTarget.checked)} />
      </div>
    </Elsewhere>
  );
}

function Elsewhere({ task, children }: { task: Task; children?: ReactNode }): ReactElement {
  const { url, type } = task.item;
  const openable = url !== null && /^https?:\/\//i.test(url);
  return (
    <div className={styles.elsewhere}>
      <Icon name={type === "image" ? "image" : "external"} size={28} />
      <span>{task.errors[0] ?? (openable ? "This item lives on another server, and linlog keeps no copy of it." : "There is nothing to show for this item.")}</span>
      {openable && (
        <Anchor href={url} target="_blank" rel="noopener noreferrer">
          <bdi>{url}</bdi>
        </Anchor>
      )}
      {openable && children}
    </div>
  );
}

function Categories({ title, marks }: { title: string; marks: readonly Mark[] }): ReactElement | null {
  if (marks.length === 0) return null;
  return (
    <>
      <span className={styles.word}>{title}</span>
      {marks.map((mark) => (
        <span key={mark.id} className={styles.category} style={{ borderColor: mark.colour, borderStyle: mark.layer === "truth" ? "solid" : "dashed" }}>
          <bdi>{mark.caption}</bdi>
        </span>
      ))}
    </>
  );
}
