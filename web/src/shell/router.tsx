/** Every address of the pages, what it shows, and who may see it. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";

import { readCompareSearch, readCompareTaskSearch } from "../resources/evaluations/compare_search";
import { readExampleSearch, readReportSearch } from "../resources/evaluations/search";
import { readWorkspaceSearch } from "../resources/model_versions/workspace_search";
import { sessionQuery } from "../resources/sessions/queries";
import { readSliceSearch } from "../resources/slices/search";
import { readTaskSearch } from "../resources/tasks/search";
import { ApiFailure } from "../wire/http";
import { inReach, isLost, watchReach } from "../wire/reach";
import { parseSearch, stringifySearch } from "./address";
import { Frame } from "./frame";
import { NotFound, Wrong } from "./wrong";

/** What the pages know of the server; a lost session leads to the door. */
export const queryClient = new QueryClient({
  defaultOptions: {
    // A browser that thinks it has no network is asked all the same: what waits for one tells no cause.
    queries: { networkMode: "always", refetchOnReconnect: true, staleTime: 10_000, retry: (times, error) => !(error instanceof ApiFailure) && times < 2 },
    mutations: { networkMode: "always" },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ApiFailure && error.status === 401) void toSignIn();
      else if (query.state.data !== undefined && !isLost()) void tellOld(error.message);
    },
  }),
});

// What failed while the server was out of reach is asked for again when it is back.
watchReach((lost) => {
  if (lost) return;
  void queryClient.invalidateQueries({ predicate: ({ state }) => state.error !== null && !(state.error instanceof ApiFailure) });
  // Who is signed in is asked before a page begins: where that failed there is no page yet.
  if (router.state.matches.some(({ status }) => status === "error")) void router.invalidate();
});

async function tellOld(message: string): Promise<void> {
  const { notifications } = await import("@mantine/notifications");
  notifications.show({ id: "old", color: "yellow", title: "What is shown may be old", message });
}

async function toSignIn(): Promise<void> {
  const { pathname, href } = router.state.location;
  if (["/sign-in", "/setup", "/forgotten", "/set-password"].includes(pathname)) return;
  queryClient.clear();
  await router.navigate({ to: "/sign-in", search: { next: href } });
}

const word = (value: unknown): string => (typeof value === "string" ? value : "");
const given = <T extends object>(words: T): Partial<T> => Object.fromEntries(Object.entries(words).filter(([, value]) => value !== "")) as Partial<T>;
const root = createRootRoute({ component: Outlet, errorComponent: Wrong });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (raw): { next?: string } => (word(raw.next) === "" ? {} : { next: word(raw.next) }),
  component: lazyRouteComponent(() => inReach(() => import("../resources/sessions/sign_in")), "SignInPage"),
});
const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (raw): { code?: string } => (word(raw.code) === "" ? {} : { code: word(raw.code) }),
  component: lazyRouteComponent(() => inReach(() => import("../resources/organisations/setup")), "SetupPage"),
});

const forgotten = createRoute({
  getParentRoute: () => root,
  path: "/forgotten",
  component: lazyRouteComponent(() => inReach(() => import("../resources/users/forgotten")), "ForgottenPage"),
});
const setPassword = createRoute({
  getParentRoute: () => root,
  path: "/set-password",
  component: lazyRouteComponent(() => inReach(() => import("../resources/users/set_password")), "SetPasswordPage"),
});

/** Everything that only people who are signed in see. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Frame,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) throw redirect({ to: "/sign-in", search: { next: location.href } });
      throw error;
    }
  },
});

const home = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/projects" });
  },
});
const projects = createRoute({
  getParentRoute: () => inside,
  path: "/projects",
  component: lazyRouteComponent(() => inReach(() => import("../resources/projects/list")), "ProjectsPage"),
});
const project = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId",
  component: lazyRouteComponent(() => inReach(() => import("../resources/projects/detail")), "ProjectPage"),
});
const projectTasks = createRoute({
  getParentRoute: () => project,
  path: "/",
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/tasks/list")), "TasksPart"),
});
const projectLabels = createRoute({
  getParentRoute: () => project,
  path: "/labels",
  component: lazyRouteComponent(() => inReach(() => import("../resources/labels/list")), "LabelsPart"),
});
const projectBatches = createRoute({
  getParentRoute: () => project,
  path: "/batches",
  component: lazyRouteComponent(() => inReach(() => import("../resources/batches/list")), "BatchesPart"),
});
const projectMembers = createRoute({
  getParentRoute: () => project,
  path: "/members",
  component: lazyRouteComponent(() => inReach(() => import("../resources/projects/members")), "MembersPart"),
});
const projectTask = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/tasks/$taskId",
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/tasks/detail")), "TaskPage"),
});
const datasets = createRoute({
  getParentRoute: () => inside,
  path: "/datasets",
  component: lazyRouteComponent(() => inReach(() => import("../resources/datasets/list")), "DatasetsPage"),
});
const dataset = createRoute({
  getParentRoute: () => inside,
  path: "/datasets/$datasetId",
  component: lazyRouteComponent(() => inReach(() => import("../resources/datasets/detail")), "DatasetPage"),
});
const datasetTasks = createRoute({
  getParentRoute: () => dataset,
  path: "/",
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/datasets/overview")), "DatasetPart"),
});
const datasetSlices = createRoute({
  getParentRoute: () => dataset,
  path: "/slices",
  validateSearch: readSliceSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/slices/list")), "SlicesPart"),
});
const datasetVersions = createRoute({
  getParentRoute: () => dataset,
  path: "/versions",
  validateSearch: (raw): { version?: string; since?: string } => given({ version: word(raw.version), since: word(raw.since) }),
  component: lazyRouteComponent(() => inReach(() => import("../resources/dataset_versions/list")), "DatasetVersionsPart"),
});
const datasetTask = createRoute({
  getParentRoute: () => inside,
  path: "/datasets/$datasetId/tasks/$taskId",
  validateSearch: readTaskSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/datasets/task")), "DatasetTaskPage"),
});
const models = createRoute({
  getParentRoute: () => inside,
  path: "/models",
  component: lazyRouteComponent(() => inReach(() => import("../resources/models/list")), "ModelsPage"),
});
const model = createRoute({
  getParentRoute: () => inside,
  path: "/models/$modelId",
  component: lazyRouteComponent(() => inReach(() => import("../resources/models/detail")), "ModelPage"),
});
const modelVersion = createRoute({
  getParentRoute: () => inside,
  path: "/model-versions/$versionId",
  component: lazyRouteComponent(() => inReach(() => import("../resources/model_versions/detail")), "ModelVersionPage"),
});
const workspace = createRoute({
  getParentRoute: () => inside,
  path: "/model-versions",
  validateSearch: readWorkspaceSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/model_versions/workspace")), "WorkspacePage"),
});
const configs = createRoute({
  getParentRoute: () => inside,
  path: "/model-versions/configs",
  validateSearch: (raw) => ({ first: word(raw.first), second: word(raw.second) }),
  component: lazyRouteComponent(() => inReach(() => import("../resources/model_versions/configs")), "ConfigsPage"),
});
const evaluations = createRoute({
  getParentRoute: () => inside,
  path: "/evaluations",
  component: lazyRouteComponent(() => inReach(() => import("../resources/evaluations/list")), "EvaluationsPage"),
});
const evaluation = createRoute({
  getParentRoute: () => inside,
  path: "/evaluations/$evaluationId",
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/evaluations/detail")), "EvaluationPage"),
});
const example = createRoute({
  getParentRoute: () => inside,
  path: "/evaluations/$evaluationId/tasks/$taskId",
  validateSearch: readExampleSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/evaluations/example")), "ExamplePage"),
});
const compare = createRoute({
  getParentRoute: () => inside,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/evaluations/compare")), "ComparePage"),
});
const compareTask = createRoute({
  getParentRoute: () => inside,
  path: "/compare/tasks/$taskId",
  validateSearch: readCompareTaskSearch,
  component: lazyRouteComponent(() => inReach(() => import("../resources/evaluations/compare_task")), "CompareTaskPage"),
});
const explanation = createRoute({
  getParentRoute: () => inside,
  path: "/explanation",
  validateSearch: (raw) => ({ earlier: word(raw.earlier), later: word(raw.later) }),
  component: lazyRouteComponent(() => inReach(() => import("../resources/explanations/detail")), "ExplanationPage"),
});
const settings = createRoute({
  getParentRoute: () => inside,
  path: "/settings",
  component: lazyRouteComponent(() => inReach(() => import("../resources/organisations/settings")), "SettingsPage"),
});
const account = createRoute({
  getParentRoute: () => inside,
  path: "/account",
  component: lazyRouteComponent(() => inReach(() => import("../resources/sessions/account")), "AccountPage"),
});
const audit = createRoute({
  getParentRoute: () => inside,
  path: "/audit",
  component: lazyRouteComponent(() => inReach(() => import("../resources/audit_entries/list")), "AuditPage"),
});
const nowhere = createRoute({ getParentRoute: () => inside, path: "$", component: NotFound });

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    forgotten,
    setPassword,
    inside.addChildren([
      home,
      projects,
      project.addChildren([projectTasks, projectLabels, projectBatches, projectMembers]),
      projectTask,
      datasets,
      dataset.addChildren([datasetTasks, datasetSlices, datasetVersions]),
      datasetTask,
      models,
      model,
      workspace,
      configs,
      modelVersion,
      evaluations,
      evaluation,
      example,
      compare,
      compareTask,
      explanation,
      settings,
      audit,
      account,
      nowhere,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The control that made this step: what it changes next takes the step's place. */
    control?: string;
  }
}
