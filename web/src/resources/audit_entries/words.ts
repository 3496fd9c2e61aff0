/** What acts in the audit log are called, and what they were done to. */

export const ACTIONS = [
  { value: "setup.create", label: "Set up the server" },
  { value: "sessions.create", label: "Signed in" },
  { value: "sessions.delete", label: "Signed out" },
  { value: "sessions.delete_own", label: "Ended a session" },
  { value: "tokens.create", label: "Made a token" },
  { value: "tokens.delete", label: "Ended a token" },
  { value: "users.create", label: "Added a person" },
  { value: "users.invite", label: "Invited a person" },
  { value: "users.update", label: "Changed a person" },
  { value: "users.reset", label: "Asked for a new password" },
  { value: "users.choose_password", label: "Chose a password" },
  { value: "users.take_second_factor", label: "Took a second factor" },
  { value: "users.give_up_second_factor", label: "Gave up a second factor" },
  { value: "users.reset_second_factor", label: "Reset a second factor" },
  { value: "users.end_session", label: "Ended a session of a person" },
  { value: "users.end_sessions", label: "Ended every session of a person" },
  { value: "projects.update", label: "Changed a project" },
  { value: "projects.set_visibility", label: "Changed who sees a project" },
  { value: "projects.add_member", label: "Added a member" },
  { value: "projects.delete_member", label: "Took a member out" },
  { value: "projects.delete", label: "Deleted a project" },
  { value: "batches.delete", label: "Deleted a batch" },
  { value: "labels.delete", label: "Deleted a label" },
  { value: "tasks.delete", label: "Deleted tasks" },
  { value: "annotations.delete", label: "Deleted an annotation" },
  { value: "comments.delete", label: "Deleted a comment" },
  { value: "datasets.delete", label: "Deleted a dataset" },
  { value: "dataset_versions.delete", label: "Deleted a dataset version" },
  { value: "slices.delete", label: "Deleted a slice" },
  { value: "models.delete", label: "Deleted a model" },
  { value: "model_versions.delete", label: "Deleted a model version" },
  { value: "model_runs.delete", label: "Deleted a model run" },
  { value: "predictions.delete", label: "Deleted a prediction" },
  { value: "evaluations.delete", label: "Deleted an evaluation" },
  { value: "audit_entries.export", label: "Saved this log" },
];

const NAMES = new Map(ACTIONS.map(({ value, label }) => [value, label]));
const READS = new Set(["list", "get"]);

/** What an act is called; what is only ever refused has the name of its route, such as `model_runs.create`. */
export function actionWords(action: string): string {
  const known = NAMES.get(action);
  if (known !== undefined) return known;
  const [noun = "", verb = ""] = action.replaceAll("_", " ").split(".");
  const said = READS.has(verb) ? "read" : verb;
  return said === "" ? noun : `${said.charAt(0).toUpperCase()}${said.slice(1)}: ${noun}`;
}

const NOUNS: Record<string, string> = {
  o: "organisation",
  u: "person",
  s: "session",
  tk: "token",
  p: "project",
  l: "label",
  b: "batch",
  t: "task",
  a: "annotation",
  cm: "comment",
  rv: "review",
  f: "file",
  d: "dataset",
  dv: "dataset version",
  sl: "slice",
  m: "model",
  mv: "model version",
  mr: "model run",
  pr: "prediction",
  e: "evaluation",
  j: "job",
};

/** What an id is of, in a word. */
export function nounOf(id: string): string {
  return NOUNS[id.slice(0, id.indexOf("_"))] ?? "";
}

/** What else is noted of an act, in one line, with people by the names that `people` has for their ids. */
export function detailWords(details: Record<string, unknown>, people: ReadonlyMap<string, string>): string {
  const said = (value: unknown): string => (Array.isArray(value) ? value.map(said).join(", ") : (people.get(String(value)) ?? String(value)));
  return Object.entries(details)
    .map(([name, value]) => (name === "reason" ? said(value) : `${name.replaceAll("_", " ")}: ${said(value)}`))
    .join("; ");
}
