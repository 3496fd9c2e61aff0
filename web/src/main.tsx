/** Where the browser starts: styles in their order, the nonce, then the pages. */
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./shell/tokens.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./shell/app";
import { shareNonce } from "./shell/nonce";

shareNonce();
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
