// A place or a project by its name, where there is no position or another is wanted.

import { useState } from 'preact/hooks';
import { LightMark } from '../parts/mark';
import { why } from './list';
import type { FieldModel } from './model';
import { keyOf } from './near';
import { worst } from './order';
import type { FieldState } from './state';
import { OfflineBand } from './status';
import { fieldWords } from './words';

/** More than a thumb scrolls through. */
const most = 50;

export function Find({ model, state }: Readonly<{ model: FieldModel; state: FieldState }>) {
  const [text, setText] = useState('');
  const { lang } = state;
  const w = fieldWords[lang];
  const wanted = text.trim().toLowerCase();
  const all = [...state.features.values()].filter((f) => wanted !== '' && (f.name.toLowerCase().includes(wanted) || f.code.toLowerCase().includes(wanted)));
  const found = all.sort((a, b) => worst[a.light] - worst[b.light] || a.id - b.id).slice(0, most);
  return (
    <>
      <header class="list-head">
        <h1>{w.tabs.find}</h1>
      </header>
      <OfflineBand state={state} />
      <div class="field">
        <input type="search" aria-label={w.find} placeholder={w.find} value={text} onInput={(e) => setText(e.currentTarget.value)} />
        <button type="button" class="action" onClick={() => model.choosing(true)}>
          {w.choose}
        </button>
      </div>
      {wanted !== '' && found.length === 0 && <p class="nothing">{w.findNone}</p>}
      <ol class="list">
        {found.map((f) => (
          <li key={keyOf(f)} class="found">
            <button type="button" class="row" data-feature={keyOf(f)} onClick={() => void model.open(keyOf(f))}>
              <LightMark light={f.light} status={f.status.zh} size={f.light === 'green' || f.light === 'none' ? 20 : 26} />
              <span class="row-name">{f.name}</span>
              <span class={`row-why ${f.light}`}>{why(f.status, f.reason, lang)}</span>
            </button>
            <button type="button" class="verb" onClick={() => model.from(f.at, f.name)}>
              {w.beside}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
