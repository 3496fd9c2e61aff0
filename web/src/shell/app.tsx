/** The outermost component: theme, data cache, router, and what tells of success and failure. */
import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { pageNonce } from "./nonce";
import { queryClient, router } from "./router";
import { cssVariables, theme } from "./theme";

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
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
