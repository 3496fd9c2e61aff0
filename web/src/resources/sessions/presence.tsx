/** Asks for the password once more, where a session is old and something sensitive is wanted. */
import { Modal } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";

import { onPresenceNeeded } from "../../wire/http";

const Proof = lazy(() => import("./proof"));

export function PresenceDialog(): ReactElement {
  const [asked, setAsked] = useState(false);
  const answer = useRef<(given: boolean) => void>(() => undefined);
  useEffect(() => {
    onPresenceNeeded(() => {
      setAsked(true);
      return new Promise((resolve) => {
        answer.current = resolve;
      });
    });
    return () => onPresenceNeeded(() => Promise.resolve(false));
  }, []);
  const finish = (given: boolean): void => {
    setAsked(false);
    answer.current(given);
  };
  return (
    <Modal opened={asked} onClose={() => finish(false)} title="Is it you?" closeOnClickOutside={false} zIndex={400}>
      <Suspense>
        <Proof finish={finish} />
      </Suspense>
    </Modal>
  );
}
