/** Settings: how the pages look, and for admins the people and tokens of the organisation. */
import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { SchemeSwitch } from "../../ui/scheme_switch";
import { Page, PageHead, Panel, Section } from "../../ui/layout";
import { Said } from "../../ui/text";
import { sessionQuery, useMay } from "../sessions/queries";
import { TokensPart } from "../tokens/list";
import { UsersPart } from "../users/list";

export function SettingsPage(): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const admin = useMay("admin");
  return (
    <Page narrow>
      <PageHead
        title="Settings"
        meta={
          <>
            <Said>{session.organisation.name}</Said>
            <code style={{ fontSize: 12 }}>{session.organisation.id}</code>
          </>
        }
        actions={
          admin && (
            <Button component={Link} to="/audit" variant="default" size="xs">
              Audit log
            </Button>
          )
        }
      />
      <Section title="Appearance" note="Kept in this browser.">
        <Panel padded>
          <div style={{ maxWidth: 300 }}>
            <SchemeSwitch />
          </div>
        </Panel>
      </Section>
      {admin && <UsersPart />}
      {admin && <TokensPart />}
    </Page>
  );
}
