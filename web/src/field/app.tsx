import { useEffect } from 'preact/hooks';
import { applyTheme } from '../kit/tokens';
import { cardInHistory } from './back';
import { Card } from './card';
import { Find } from './find';
import { useField } from './hooks';
import { Icon } from './icons';
import { Kit } from './kit';
import { NearList } from './list';
import { MapPart } from './mappart';
import type { FieldModel } from './model';
import { tabs } from './state';
import { fieldWords } from './words';

export function App({ model }: { model: FieldModel }) {
  const state = useField(model);
  const { lang, theme, tab, card } = state;
  const w = fieldWords[lang];
  useEffect(() => applyTheme(document.documentElement, theme), [theme]);
  useEffect(() => {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  }, [lang]);
  // The phone's own way back leads from the card to the list.
  const open = card !== null;
  useEffect(() => {
    if (open && !cardInHistory()) history.pushState({ card: true }, '');
  }, [open]);
  useEffect(() => {
    const back = () => model.close();
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, [model]);
  return (
    <>
      <MapPart model={model} state={state} />
      <main class="sheet">
        {card ? <Card model={model} state={state} card={card} /> : tab === 'near' ? <NearList model={model} state={state} /> : tab === 'find' ? <Find model={model} state={state} /> : <Kit model={model} state={state} />}
      </main>
      <nav class="tabs">
        {tabs.map((t) => (
          <button key={t} type="button" aria-current={tab === t ? 'page' : undefined} onClick={() => model.setTab(t)}>
            <Icon name={t} />
            {w.tabs[t]}
          </button>
        ))}
      </nav>
    </>
  );
}
