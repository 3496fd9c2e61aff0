/** Who is signed in, light or dark, the keys, and the way out. */
import { Menu, useMantineColorScheme } from "@mantine/core";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { sessionQuery, signOut } from "../resources/sessions/queries";
import { Icon } from "../ui/icons";
import { SCHEMES } from "../ui/scheme_switch";
import styles from "./frame.module.css";

export function AccountMenu({ openSheet }: { openSheet: () => void }): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useLeave();
  const name = session.user?.name || session.user?.email || "Token";
  return (
    <Menu position="right-end" width={250} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={`${styles.link} ${styles.person}`}>
          <span className={styles.avatar} aria-hidden="true">
            {initials(name)}
          </span>
          <span className={styles.words}>
            <bdi>{name}</bdi>{" "}
            <span className={styles.organisation}>
              <bdi>{session.organisation.name}</bdi>
            </span>
          </span>
          <span className="visually-hidden">: account</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.user?.email} · {session.role}
        </Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as typeof colorScheme)}>
          {SCHEMES.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="keyboard" />} onClick={openSheet} rightSection={<kbd className={styles.key}>?</kbd>}>
          Keys
        </Menu.Item>
        {session.user !== null && (
          <Menu.Item component={Link} to="/account" leftSection={<Icon name="key" />}>
            Your account
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Icon name="exit" />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useLeave(): () => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return () => {
    void signOut().finally(() => {
      queries.clear();
      void navigate({ to: "/sign-in" });
    });
  };
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter((word) => word !== "");
  return words.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join("");
}
