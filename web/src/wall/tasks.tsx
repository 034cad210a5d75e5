// The tasks of an action plan: who leads, by when, how it stands.

import type { Task, TaskIndicator, Tasks } from '../kit/indicators';
import { noCounts, worstFirst, type Counts } from '../kit/lights';
import { pick, words } from '../kit/words';
import { Lights } from './counts';
import { dueIn, figure } from './indicators';
import { ListPanel } from './list';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import type { WallState } from './state';

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function TaskList({ model, state }: Props) {
  const { tasks, lang } = state;
  const w = words[lang];
  const items = worst(tasks);
  return (
    <ListPanel
      title={w.tabs.tasks}
      count={items.length}
      note={items.length > 0 ? <Lights counts={lightsOf(items)} /> : ''}
      empty={tasks ? w.noTasks : state.failed.has('tasks') ? w.unavailable(w.tabs.tasks) : ''}
    >
      {items.map((t) => (
        <TaskRow key={t.code} task={t} model={model} state={state} />
      ))}
    </ListPanel>
  );
}

/** Values shown under a task; all of them are under 指标. */
const mostIndicators = 2;

/** Worst first, then as numbered. */
export function worst(tasks: Tasks | null): readonly Task[] {
  const order = (t: Task) => worstFirst.indexOf(t.light);
  return [...(tasks?.items ?? [])].map((task, nth) => ({ task, nth })).sort((a, b) => order(a.task) - order(b.task) || a.nth - b.nth).map(({ task }) => task);
}

function lightsOf(tasks: readonly Task[]): Counts {
  return tasks.reduce<Counts>((counts, t) => ({ ...counts, [t.light]: counts[t.light] + 1 }), noCounts);
}

function TaskRow({ task, model, state }: Props & Readonly<{ task: Task }>) {
  const w = words[state.lang];
  // What is on course needs no reason: its values say it.
  const reason = task.light === 'red' || task.light === 'yellow' ? pick(task.reason, state.lang) : '';
  return (
    <li class="task" data-task={task.code} title={[task.part, task.name, task.summary].filter(Boolean).join('\n')}>
      <span class="task-head">
        <LightMark light={task.light} size={{ red: 20, yellow: 17, green: 13, none: 13 }[task.light]} />
        <span class="task-name">
          {task.number !== '' && <span class="num">{task.number} </span>}
          {task.name}
          <span class="visually-hidden"> {w.lights[task.light]}</span>
        </span>
        <span class="task-due num">{task.due ? dueIn(task.due, state.lang) : ''}</span>
      </span>
      <span class="task-who">{[task.leadUnits || w.noUnit, task.state].filter(Boolean).join(' · ')}</span>
      {reason !== '' && <span class="task-why">{reason}</span>}
      {task.indicators.slice(0, mostIndicators).map((i) => (
        <TaskValue key={i.code} item={i} model={model} state={state} />
      ))}
      {task.projects.length > 0 && (
        <button type="button" class="task-indicator" onClick={() => void model.show(task.name, task.projects)}>
          <span>{w.tabs.projects}</span>
          <b class="num">{task.projects.length}</b>
        </button>
      )}
    </li>
  );
}

/** A value a task is measured by; leads to the features behind it, where there are any. */
function TaskValue({ item, model, state }: Props & Readonly<{ item: TaskIndicator }>) {
  const w = words[state.lang];
  const whole = state.indicators?.items.find((i) => i.code === item.code);
  const of = { unit: item.unit, decimals: whole?.decimals ?? null };
  const { value, unit } = figure(item.value, of);
  const hrefs = whole?.hrefs ?? [];
  return (
    <button type="button" class="task-indicator" disabled={hrefs.length === 0} onClick={() => void model.show(item.name, hrefs)}>
      <span>{item.name}</span>
      <span class="num">
        <b>{value}</b> {unit}
        {item.target !== null && `　${w.target} ${figure(item.target, of).value}`}
      </span>
    </button>
  );
}
