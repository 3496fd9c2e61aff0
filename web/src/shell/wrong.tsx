/** What is shown at addresses that do not exist and where a page fails. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Empty, Failure, Page } from "../ui/layout";

export function NotFound(): ReactElement {
  return (
    <Page>
      <Empty title="There is no such page" text="The address is wrong, or what it showed was deleted.">
        <Button component={Link} to="/projects" variant="default" w="max-content">
          All projects
        </Button>
      </Empty>
    </Page>
  );
}

export function Wrong({ error, reset }: ErrorComponentProps): ReactElement {
  return (
    <Page>
      <Failure error={error} retry={reset} />
    </Page>
  );
}
