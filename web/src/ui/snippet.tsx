/** A piece of Python to copy, lightly coloured. */
import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "./icons";
import styles from "./snippet.module.css";

const PARTS = /("[^"\n]*")|(#[^\n]*)|\b(from|import|for|in|with|as|True|False|None)\b/g;

/** Show `code` with a button that copies it; what is one long word, such as a link, is broken into lines and is no program. */
export function Snippet({ code, broken = false }: { code: string; broken?: boolean }): ReactElement {
  return (
    <div className={`${styles.snippet} ${broken ? styles.broken : ""}`}>
      <pre role="group" aria-label="Program" tabIndex={0}>
        <code>{broken ? code : coloured(code)}</code>
      </pre>
      <div className={styles.copy}>
        <CopyIcon value={code} what="snippet" />
      </div>
    </div>
  );
}

/** A button that copies `value`. */
export function CopyIcon({ value, what }: { value: string; what: string }): ReactElement {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${what}`}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={`Copy ${what}`}>
            <Icon name={copied ? "check" : "copy"} />
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

function coloured(code: string): (string | ReactElement)[] {
  const parts: (string | ReactElement)[] = [];
  let end = 0;
  for (const found of code.matchAll(PARTS)) {
    const [whole, text, remark] = found;
    const kind = text !== undefined ? styles.text : remark !== undefined ? styles.remark : styles.word;
    parts.push(code.slice(end, found.index), <span key={found.index} className={kind}>{whole}</span>);
    end = found.index + whole.length;
  }
  return [...parts, code.slice(end)];
}
