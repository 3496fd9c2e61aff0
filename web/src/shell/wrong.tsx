/** What is shown at addresses that do not exist and where a page fails. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Failure, Page, PageHead } from "../ui/layout";

export function NotFound(): ReactElement {
  return (
    <Page>
      <PageHead
        title="There is no such page"
        meta="The address is wrong, or what it showed was deleted."
        actions={
          <Button component={Link} to="/projects" variant="default">
            All projects
          </Button>
        }
      />
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
