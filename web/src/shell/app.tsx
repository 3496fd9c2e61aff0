/** The outermost component: theme, data cache, router, and what tells of success and failure. */
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactElement } from "react";

import { pageNonce } from "./nonce";
import { OutOfReach } from "./out_of_reach";
import { queryClient, router } from "./router";
import { cssVariables, theme } from "./theme";

// What is told before it is there waits in its store.
const Notifications = lazy(async () => ({ default: (await import("@mantine/notifications")).Notifications }));
// `public/colour_scheme.js` reads the same key before the first paint.
const colourScheme = localStorageColorSchemeManager({ key: "linlog-colour-scheme" });

export function App(): ReactElement {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colourScheme}
      defaultColorScheme="auto"
      getStyleNonce={() => pageNonce() ?? ""}
    >
      <Suspense>
        <Notifications position="bottom-right" />
      </Suspense>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <OutOfReach />
      </QueryClientProvider>
    </MantineProvider>
  );
}
