/** The look of the pages before one is signed in: a form, and a drawing beside it. */
import type { FormEvent, ReactElement, ReactNode } from "react";

import styles from "./door.module.css";
import { Logo } from "./icons";
import { usePageTitle } from "./page_title";

interface DoorProps {
  title: string;
  lead: ReactNode;
  submit: () => void;
  children: ReactNode;
}

export function Door({ title, lead, submit, children }: DoorProps): ReactElement {
  usePageTitle(title);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    submit();
  };
  return (
    <main className={styles.door}>
      <form className={styles.form} onSubmit={send} noValidate>
        <div className={styles.brand}>
          <Logo size={28} />
          linlog
        </div>
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.lead}>{lead}</p>
        <div className={styles.fields}>{children}</div>
      </form>
      <div className={styles.picture} aria-hidden="true">
        <Drawing />
      </div>
    </main>
  );
}

const LINES = Array.from({ length: 14 }, (_, place) => 60 + place * 60);
const DECADES = Array.from({ length: 28 }, (_, place) => 60 + 720 * (Math.log10(1 + (place % 9)) / 3 + Math.floor(place / 9) / 3));

// Linear rules one way and logarithmic the other, with two curves of training between boxes.
function Drawing(): ReactElement {
  return (
    <svg viewBox="0 0 840 840" preserveAspectRatio="xMidYMid slice" fill="none">
      <g stroke="var(--line-strong)" strokeWidth="1" opacity="0.55">
        {LINES.map((y) => (
          <path key={y} d={`M0 ${y}H840`} />
        ))}
        {DECADES.map((x) => (
          <path key={x} d={`M${x} 0V840`} />
        ))}
      </g>
      <path d="M0 880C130 420 330 224 840 180" stroke="var(--accent)" strokeWidth="3" strokeLinecap="round" />
      <path d="M0 790C240 530 460 410 840 352" stroke="var(--bad)" strokeWidth="3" strokeLinecap="round" strokeDasharray="9 8" />
      <g strokeWidth="2.5">
        <rect x="420" y="480" width="150" height="120" rx="3" stroke="var(--accent)" />
        <rect x="434" y="470" width="150" height="116" rx="3" stroke="var(--bad)" strokeDasharray="9 6" />
        <rect x="640" y="560" width="96" height="96" rx="3" stroke="var(--accent)" />
      </g>
      <rect x="420" y="456" width="62" height="20" rx="4" fill="var(--accent)" />
    </svg>
  );
}
