/** The page on which a task is annotated: tools at the left, the item, lists at the right, all of it by keys. */
import { Button, Modal, Tabs } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";

import { IMAGE_ACTIONS, TEXT_ACTIONS, WHOLE_ACTIONS } from "../../../canvas/actions";
import type { ActionGroup } from "../../../canvas/actions";
import { drawingIn, ghostsIn } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import type { Colours } from "../../../ui/colours";
import { count } from "../../../ui/numbers";
import { useShortcuts } from "../../../ui/shortcuts";
import { Workbench } from "../../../ui/workbench";
import type { Project, Task } from "../../../wire/types";
import { CommentPanel } from "../../comments/panel";
import { useCommentKeys, useComments } from "../../comments/session";
import type { Comments } from "../../comments/session";
import { useProjectColours } from "../../labels/queries";
import { projectQuery } from "../../projects/queries";
import { Layers, useLayerKeys, useSince } from "../../reviews/layers";
import type { Since } from "../../reviews/layers";
import { Meanwhile, Rounds, SentBack } from "../../reviews/parts";
import { offered as offeredReasons, recentReasons } from "../../reviews/reasons";
import { RejectDialog } from "../../reviews/reject";
import { useReviewing } from "../../reviews/session";
import type { Reviewing } from "../../reviews/session";
import { AboutTask } from "../../tasks/about";
import { Decisions } from "../../tasks/decisions";
import { stepsOf } from "../../tasks/detail";
import type { TaskViewProps } from "../../tasks/detail";
import { StatusBadge, taskName, TaskName } from "../../tasks/words";
import { choicesOf, howToBegin, isWhole, NUMBERS } from "./choices";
import type { Choice } from "./choices";
import { choose } from "./choosing";
import { Conflict } from "./conflict";
import styles from "./editor.module.css";
import { EntryList } from "./entry_list";
import { GhostList, useGhosts, useOffered } from "./ghost_list";
import { handedOver } from "./handed_over";
import { ItemStage } from "./item_stage";
import { LabelList } from "./label_list";
import { SaveSign } from "./save_sign";
import { SelectedPart } from "./selected_part";
import { useEditing, useWork } from "./session";
import type { WorkOnTask } from "./session";
import { useLoadedAhead, useSubmit } from "./submit";
import { ActionButton, wholeScreen } from "./tool_bar";

const KEYS = { back: ["q"], next: ["j"], previous: ["k"] };

export function Editor(view: TaskViewProps): ReactElement {
  const { projectId, task, neighbours, within, open, back } = view;
  const queries = useQueryClient();
  const { data: project } = useQuery(projectQuery(projectId));
  const colours = useProjectColours(projectId);
  const work = useWork(task, queries);
  const choices = useChoices(project, work.store);
  useFirstLabel(work.store, task, choices);
  const choosing = (choice: Choice): void => choose(work.store, task, choice, project?.one_label ?? false);
  const submit = useSubmit(work, view);
  const reviewing = useReviewing(work, view);
  const comments = useComments(work);
  const since = useSince(work.store, task, reviewing.rounds, reviewing.deciding);
  const [rejecting, setRejecting] = useState(false);
  // What was written and not sent goes along.
  const after = (run: () => void): (() => void) => () => void comments.sendDraft().then((sent) => sent && run());
  const [submitted, accepted] = [after(submit.run), after(reviewing.accept)];
  const ahead = useLoadedAhead(neighbours, within, !reviewing.deciding);
  const offered = useOffered(task, reviewing.deciding);
  const [chosen, setRunId] = useState<string | null | undefined>(undefined);
  const wanted = chosen === undefined ? offered : chosen;
  useGhosts(work.store, task.id, wanted);
  const runId = wanted ?? null;
  useCommentKeys(work, comments);
  useLayerKeys({ taskId: task.id, since, runId, chooseRun: setRunId });
  const leaving = submit.pending || submit.left || reviewing.pending;
  useKeys(work, task, choices, choosing, reviewing.deciding ? accepted : submitted, reviewing.deciding ? () => setRejecting(true) : null, submit.title, leaving);
  return (
    <Workbench
      name={taskName(task)}
      title={<TaskName task={task} />}
      note={<StatusBadge status={task.status} />}
      actions={
        <>
          <SaveSign saver={work.saver} />
          <ActionButton store={work.store} name="undo" icon="undo" side="bottom" />
          <ActionButton store={work.store} name="redo" icon="redo" side="bottom" />
          {reviewing.deciding ? (
            <Decide reviewing={reviewing} accept={accepted} reject={() => setRejecting(true)} />
          ) : (
            <>
              <Decisions task={task} />
              <Button size="xs" variant={submit.word === "Submit" ? "filled" : "default"} loading={submit.pending} onClick={submitted} title={`${submit.title} (Ctrl Enter)`}>
                {submit.word}
              </Button>
            </>
          )}
        </>
      }
      back={back}
      backTitle="Back to the project"
      keys={KEYS}
      steps={stepsOf(neighbours, open)}
      side={<Side work={work} task={task} project={project} choices={choices} choose={choosing} colours={colours} runId={runId} chooseRun={setRunId} comments={comments} reviewing={reviewing} since={since} />}
    >
      <div className={styles.column}>
        <SentBack task={task} rounds={reviewing.rounds} comments={comments.open} />
        <ItemStage work={work} task={task} choices={choices} choose={choosing} colours={colours} ahead={ahead} />
      </div>
      {rejecting && <RejectDialog comments={comments.open} close={() => setRejecting(false)} reject={(reason) => after(() => reviewing.reject(reason))()} />}
      <Meanwhile reviewing={reviewing} goOn={neighbours?.next ? () => open(neighbours.next as string) : null} />
      <Conflict work={work} task={task} colours={colours} />
      <Leaving work={work} />
    </Workbench>
  );
}

function Decide({ reviewing: { pending, corrected }, accept, reject }: { reviewing: Reviewing; accept: () => void; reject: () => void }): ReactElement {
  return (
    <>
      <Button size="xs" variant="default" onClick={reject} title="Ctrl Backspace">
        Reject
      </Button>
      <Button size="xs" loading={pending} onClick={accept} title="Ctrl Enter">
        {corrected ? "Correct and accept" : "Accept"}
      </Button>
    </>
  );
}

function useChoices(project: Project | undefined, store: EditStore): readonly Choice[] {
  const entries = useEditing(store, (state) => drawingIn(state).entries);
  const [added, setAdded] = useState<readonly string[]>([]);
  const used = useMemo(() => [...new Set(entries.map(({ label }) => label))].toSorted().join("\n"), [entries]);
  const active = useEditing(store, (state) => state.label);
  // A label that was typed in stays a choice when it is not the active one any more.
  if (active !== null && !added.includes(active)) setAdded([...added, active]);
  return useMemo(() => choicesOf(project?.labels ?? [], [...used.split("\n").filter(Boolean), ...added]), [project, used, added]);
}

/** What is drawn on an image has a label from the first stroke on: the first one, until another is chosen. */
function useFirstLabel(store: EditStore, { item }: Task, choices: readonly Choice[]): void {
  const first = item.type === "image" ? choices.find((choice) => !isWhole(choice))?.name : undefined;
  useEffect(() => {
    if (first !== undefined) store.update((state) => (state.label === null ? { ...state, label: first } : state));
  }, [store, first]);
}

const ACTIONS: Record<string, readonly ActionGroup[]> = { image: IMAGE_ACTIONS, text: TEXT_ACTIONS };

function useKeys({ store, saver }: WorkOnTask, task: Task, choices: readonly Choice[], choosing: (choice: Choice) => void, submit: () => void, reject: (() => void) | null, submitTitle: string, leaving: boolean): void {
  // What is pressed while the next task opens is meant for that one: nothing of it changes the one that was handed over.
  const unlessLeaving = (run: () => void): (() => void) => (leaving ? () => undefined : run);
  const groups = ACTIONS[task.item.type] ?? WHOLE_ACTIONS;
  const shortcuts = (at: number): Parameters<typeof useShortcuts>[1] =>
    (groups[at]?.actions ?? []).map(({ name, title, keys, when, act }) => ({ name, title, keys, when: () => when(store.get()), run: unlessLeaving(() => store.update(act)) }));
  useShortcuts(groups[0]?.title ?? "", shortcuts(0));
  useShortcuts(groups[1]?.title ?? "", shortcuts(1));
  useShortcuts(groups[2]?.title ?? "", shortcuts(2));
  useShortcuts(groups[3]?.title ?? "", shortcuts(3));
  useShortcuts(
    "Labels",
    // A number without a label does nothing here: elsewhere numbers lead to other pages.
    [...NUMBERS].map((key, place) => {
      const choice = choices[place];
      return { keys: [key], title: choice?.title ?? "", run: unlessLeaving(() => choice && choosing(choice)) };
    }),
  );
  useShortcuts("Work", [
    { name: "submit", keys: ["Ctrl+Enter"], title: reject === null ? submitTitle : "Accept, and open the next task", run: submit },
    { name: "reject", keys: ["Ctrl+Backspace"], title: reject === null ? "" : "Reject with a reason", when: () => reject !== null, run: () => reject?.() },
    { name: "whole_screen", keys: ["F"], title: "Whole screen, or not", run: wholeScreen },
    { name: "save", keys: ["Ctrl+s"], title: "Save now", run: () => void saver.flush() },
  ]);
}

interface SideProps {
  work: WorkOnTask;
  task: Task;
  project: Project | undefined;
  choices: readonly Choice[];
  choose: (choice: Choice) => void;
  colours: Colours;
  runId: string | null;
  chooseRun: (runId: string | null) => void;
  comments: Comments;
  reviewing: Reviewing;
  since: Since;
}

function Side({ work, task, project, choices, choose: choosing, colours, runId, chooseRun, comments, reviewing, since }: SideProps): ReactElement {
  const { store } = work;
  const [tab, setTab] = useState<string | null>(reviewing.deciding || task.rejected ? "review" : "annotations");
  const asked = useEditing(store, (state) => state.asked ?? state.pinId);
  // Who asks for a comment, or for the next one, wants to see it.
  const [seen, setSeen] = useState(asked);
  if (asked !== seen) {
    setSeen(asked);
    if (asked !== null) setTab("review");
  }
  const amount = useEditing(store, (state) => drawingIn(state).entries.length);
  const ghosts = useEditing(store, (state) => ghostsIn(state).length);
  return (
    <Tabs value={tab} onChange={setTab} className={styles.side} keepMounted={false}>
      <Tabs.List grow>
        <Tabs.Tab value="annotations">Annotations · {count(amount)}</Tabs.Tab>
        <Tabs.Tab value="labels">Labels</Tabs.Tab>
        <Tabs.Tab value="predictions">Predictions{ghosts > 0 && ` · ${count(ghosts)}`}</Tabs.Tab>
        <Tabs.Tab value="review">Review{comments.open > 0 && ` · ${comments.open}`}</Tabs.Tab>
        <Tabs.Tab value="task">Task</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="annotations" className={styles.panel}>
        <EntryList store={store} colours={colours} text={task.item.text} begin={howToBegin(task.item.type, choices)} />
        <SelectedPart store={store} project={project} stored={task.annotations} choices={choices} placed={task.item.type === "image"} />
      </Tabs.Panel>
      <Tabs.Panel value="labels" className={styles.panel}>
        <LabelList store={store} choices={choices} colours={colours} choose={choosing} add={(name) => choosing({ name, title: name, shapes: [], key: null })} />
      </Tabs.Panel>
      <Tabs.Panel value="predictions" className={styles.panel}>
        <GhostList store={store} taskId={task.id} text={task.item.text} colours={colours} runId={runId} choose={chooseRun} />
      </Tabs.Panel>
      <Tabs.Panel value="review" className={styles.panel}>
        <CommentPanel store={store} comments={comments} quick={offeredReasons(recentReasons())} text={task.item.text} />
        <Layers store={store} taskId={task.id} colours={colours} since={since} runId={runId} chooseRun={chooseRun} />
        <Rounds rounds={reviewing.rounds} />
      </Tabs.Panel>
      <Tabs.Panel value="task" className={styles.panel}>
        <AboutTask task={task} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** Nobody leaves with unsaved work without being told: what can be saved is saved first. */
function Leaving({ work: { taskId, saver } }: { work: WorkOnTask }): ReactElement | null {
  const blocker = useBlocker({
    // What was handed over is seen to elsewhere.
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && handedOver.of(taskId)?.saver !== saver && !(await saver.flush()),
    enableBeforeUnload: () => {
      void saver.flush();
      return saver.get().state !== "saved";
    },
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  const { error, state } = saver.get();
  return (
    <Modal opened onClose={blocker.reset} title="Your last changes are not stored">
      <p className={styles.prose}>{state === "conflict" ? "Somebody else changed this task meanwhile: stay, and choose what becomes of both versions." : (error ?? "The server did not take them.")}</p>
      <div className={styles.answers}>
        <Button data-autofocus onClick={blocker.reset}>
          Stay
        </Button>
        <Button
          variant="default"
          color="red"
          onClick={() => {
            saver.stop();
            notifications.show({ color: "yellow", message: "The last changes of the task before were left behind." });
            blocker.proceed();
          }}
        >
          Leave without them
        </Button>
      </div>
    </Modal>
  );
}
