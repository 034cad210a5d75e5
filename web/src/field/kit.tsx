// What is taken along without a network, and how the page looks.

import { signInAddress } from '../kit/session';
import { words } from '../kit/words';
import { Download } from './download';
import type { FieldModel } from './model';
import type { FieldState } from './state';
import { OfflineBand } from './status';
import { size } from './time';
import { fieldWords } from './words';

type Props = Readonly<{ model: FieldModel; state: FieldState }>;

export function Kit({ model, state }: Props) {
  const { lang, theme, district, districts, update, reader } = state;
  const w = fieldWords[lang];
  return (
    <>
      <header class="list-head">
        <h1>{w.tabs.kit}</h1>
      </header>
      <OfflineBand state={state} />
      <Offline model={model} state={state} />
      <div class="settings">
        <label>
          <span>{w.district}</span>
          <select value={district?.code ?? ''} onChange={(e) => void model.setDistrict(e.currentTarget.value)}>
            {districts.map((d) => (
              <option key={d.code} value={d.code}>
                {d.name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{w.theme}</span>
          <select value={theme} onChange={(e) => model.setLook({ theme: e.currentTarget.value === 'dark' ? 'dark' : 'light' })}>
            <option value="light">{w.themes.light}</option>
            <option value="dark">{w.themes.dark}</option>
          </select>
        </label>
        <label>
          <span>{w.language}</span>
          <select value={lang} onChange={(e) => model.setLook({ lang: e.currentTarget.value === 'en' ? 'en' : 'zh' })}>
            <option value="zh">中文</option>
            <option value="en">English</option>
          </select>
        </label>
        {reader !== null && (
          <p class="account">
            <span>{w.account}</span>
            <a href={signInAddress(model.api.base, location.href)}>{reader === '' ? w.signIn : w.accountOf(reader)}</a>
          </p>
        )}
        {update && (
          <p class="notice">
            {w.version}
            <button type="button" class="verb" onClick={update}>
              {w.restart}
            </button>
          </p>
        )}
      </div>
    </>
  );
}

function Offline({ model, state }: Props) {
  const { lang, district, stock, features } = state;
  const w = fieldWords[lang];
  if (!Download.possible) return <p class="offline-map">{w.insecureStore}</p>;
  const { manifest, progress, cards, newer, fault } = stock;
  const busy = progress !== null || cards !== null;
  const bytes = progress === null || progress === 'making' ? null : progress;
  const part = bytes ? bytes.bytes / bytes.of : cards ? cards.done / Math.max(1, cards.of) : 0;
  return (
    <section class="offline-map" aria-label={w.mapTitle}>
      <p>{w.what}</p>
      {manifest?.whole && (
        <p class="num" data-stored>
          {w.stored(size(manifest.bytes), manifest.at ?? '—')}
          {newer && <b>　{w.newer}</b>}
        </p>
      )}
      {busy && (
        <p class="num" role="status">
          {progress === 'making' ? w.making : bytes ? w.downloading(size(bytes.bytes), size(bytes.of)) : cards ? w.cards(cards.done, cards.of) : ''}
          <progress max={1} value={part} aria-label={w.mapTitle} />
        </p>
      )}
      {fault && <p class="late">{w[fault]}</p>}
      <div class="actions">
        {busy ? (
          <button type="button" class="action" onClick={() => void model.download.pause()}>
            {w.pause}
          </button>
        ) : (
          (!manifest?.whole || newer) && (
            <button type="button" class="action first" data-download disabled={features.size === 0 || model.offline} onClick={() => void model.download.start()}>
              {manifest?.whole ? w.renew : manifest ? w.resume : w.download(district?.name ?? '')}
            </button>
          )
        )}
        {manifest && !busy && (
          <button type="button" class="action" data-remove onClick={() => void model.download.remove()}>
            {w.remove}
          </button>
        )}
      </div>
      {!district && <p>{words[lang].loading}</p>}
    </section>
  );
}
