/** The frame around every page: navigation at the side, the page beside it, keys for all. */
import { Link, Outlet, useLocation, useMatchRoute, useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useLayoutEffect, useState } from "react";
import type { ReactElement } from "react";

import { JobsIndicator } from "../resources/jobs/indicator";
import { useSeesEveryProject } from "../resources/sessions/queries";
import { Icon, Logo } from "../ui/icons";
import type { IconName } from "../ui/icons";
import { pressed, useShortcuts } from "../ui/shortcuts";
import { AccountMenu } from "./account_menu";
import styles from "./frame.module.css";

const Dialogs = lazy(() => import("./dialogs"));

const PLACES = [
  { to: "/projects", title: "Projects", icon: "projects", key: "1" },
  { to: "/datasets", title: "Datasets", icon: "datasets", key: "2", ofAll: true },
  { to: "/models", title: "Models", icon: "models", key: "3", ofAll: true },
  { to: "/evaluations", title: "Evaluations", icon: "evaluations", key: "4", ofAll: true },
] as const satisfies { to: string; title: string; icon: IconName; key: string; ofAll?: boolean }[];

const SETTINGS = { to: "/settings", title: "Settings", key: "5" } as const;

export function Frame(): ReactElement {
  const [finding, setFinding] = useState(false);
  const [sheet, setSheet] = useState(false);
  const compact = useWorkbench();
  const within = useWithin();
  const everything = useSeesEveryProject();
  const places = PLACES.filter((place) => everything || !("ofAll" in place));
  usePlaces(places);
  useFocusOnMain();
  useShortcuts("Everywhere", [
    { keys: ["/"], title: "Find anything", run: () => setFinding(true) },
    { keys: ["?"], title: "Show these keys", run: () => setSheet(true) },
  ]);
  useKeys(setFinding);
  return (
    <div className={`${styles.frame} ${compact ? styles.compact : ""}`}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <nav className={styles.side} aria-label="Main">
        <Link to="/projects" className={styles.brand}>
          <Logo />
          <span className={styles.words}>linlog</span>
        </Link>
        <button type="button" className={`${styles.link} ${styles.search}`} title={compact ? "Find" : undefined} aria-keyshortcuts="/" onClick={() => setFinding(true)}>
          <Icon name="search" />
          <span className={styles.words}>Find</span>
          <kbd className={styles.key} aria-hidden="true">/</kbd>
        </button>
        <div className={styles.nav}>
          {places.map((place) => (
            <Link key={place.to} to={place.to} className={styles.link} data-within={place.to === within || undefined} title={compact ? place.title : undefined}>
              <Icon name={place.icon} />
              <span className={styles.words}>{place.title}</span>
            </Link>
          ))}
        </div>
        <span className={styles.rest} />
        <div className={styles.nav}>
          {everything && <JobsIndicator linkClass={styles.link ?? ""} wordsClass={styles.words ?? ""} amountClass={styles.amount ?? ""} />}
          <Link to="/settings" className={styles.link} data-within={within === "/settings" || undefined} title={compact ? "Settings" : undefined}>
            <Icon name="settings" />
            <span className={styles.words}>Settings</span>
          </Link>
          <AccountMenu openSheet={() => setSheet(true)} />
        </div>
      </nav>
      <main className={styles.main} id="main" tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Suspense>
        <Dialogs finding={finding} find={setFinding} sheet={sheet} showSheet={setSheet} />
      </Suspense>
    </div>
  );
}

// Pages that show one task need the width; there the navigation shrinks to its pictograms.
function useWorkbench(): boolean {
  const matches = useMatchRoute();
  const wide = ["/projects/$projectId/tasks/$taskId", "/datasets/$datasetId/tasks/$taskId", "/evaluations/$evaluationId/tasks/$taskId", "/compare/tasks/$taskId"] as const;
  return wide.some((to) => matches({ to }) !== false);
}

// Pages whose address does not begin with that of the place they belong to.
const BELONGING = { "/model-versions": "/models", "/compare": "/evaluations", "/explanation": "/evaluations", "/audit": "/settings" } as const;

/** The place that the page belongs to, where its address does not tell. */
function useWithin(): string | undefined {
  const { pathname } = useLocation();
  return Object.entries(BELONGING).find(([begin]) => pathname === begin || pathname.startsWith(`${begin}/`))?.[1];
}

// The link that led here is gone with its page: keys go on from the new page, not from the top.
function useFocusOnMain(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ pathChanged }) => {
        if (pathChanged && document.activeElement === document.body) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
      }),
    [router],
  );
}

function usePlaces(places: readonly (typeof PLACES)[number][]): void {
  const navigate = useNavigate();
  useShortcuts(
    "Go to",
    [...places, SETTINGS].map((place) => ({ keys: [place.key], title: place.title, run: () => void navigate({ to: place.to }) })),
  );
}

function useKeys(find: (opened: boolean) => void): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        find(true);
      } else pressed(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [find]);
}
