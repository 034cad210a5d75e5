// Reads everything the wall shows of a district on a day.

import type { Scope } from '../kit/api';
import type { Day } from '../kit/format';
import { pastOf, type Past } from '../map/past';
import { levelOf, type Part, type Readings, type Source } from './state';

export type Take = <K extends Part>(part: K, value: Readings[K]) => void;

/** lit: the layers whose lights the reader may see. */
export type Asked = Scope & Readonly<{ lit: readonly string[] }>;

/** Asks for all parts at once and hands each on as it comes. Gives the parts that
 * failed. today: the district's own day. */
export async function readAll(source: Source, { lit, ...scope }: Asked, today: Day, take: Take): Promise<Set<Part>> {
  const failed = new Set<Part>();
  const part = async <K extends Part>(name: K, reading: Promise<Readings[K]>) => {
    try {
      take(name, await reading);
    } catch {
      failed.add(name);
    }
  };
  const overview = source.overview(scope);
  // What is counted, ranked and told by month is of the district's own projects.
  const own = overview.then((whole) => (levelOf(whole) === '' ? whole : source.overview(scope, levelOf(whole))));
  const warnings = source.warnings(scope);
  await Promise.all([
    part('overview', overview),
    part('own', own),
    part('warnings', warnings),
    part('history', overview.then((whole) => source.history({ ...scope, at: yearShown(scope.at, today) }, levelOf(whole)))),
    part('items', source.list('project', scope)),
    part('indicators', source.indicators(scope)),
    part('tasks', source.tasks(scope)),
    part('past', scope.at === null ? Promise.resolve(null) : readPast(source, { ...scope, at: scope.at, lit }, warnings)),
  ]);
  return failed;
}

/** The tiles on screen show the district's own day; what differs from it is laid over them. */
async function readPast(source: Source, { lit, ...scope }: Asked & Readonly<{ at: Day }>, warnings: ReturnType<Source['warnings']>): Promise<Past> {
  const [then, now, named] = await Promise.all([
    source.lights(scope, lit),
    source.lights({ ...scope, at: null }, lit),
    warnings.then((w) => w.items),
  ]);
  return pastOf(scope.at, then, now, named);
}

/** The months stay while one of them is looked back at; another year has its own. */
export function yearShown(at: Day | null, today: Day): Day | null {
  return at === null || at.slice(0, 4) === today.slice(0, 4) ? null : `${at.slice(0, 4)}-12-31`;
}
