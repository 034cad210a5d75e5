// Who is signed in: a way to the page where one signs out. Walls have none. Where
// session or token has ended, less is shown than before, and that is said.

import { useEffect, useState } from 'preact/hooks';
import { Session, signInAddress, type Who } from '../kit/session';
import { words, type Lang } from '../kit/words';

export function WhoLink({ base, lang }: { base: string; lang: Lang }) {
  const [who, setWho] = useState<Who | null>(null);
  useEffect(() => {
    new Session(base, lang).who().then(setWho, () => undefined); // without it there is no link, and nothing else is missing
  }, [base]);
  if (!who || (who.user === '' && who.signedOut === '')) return null;
  const { ended, onlyOpen } = words[lang];
  return (
    <a class={who.signedOut === '' ? 'quiet' : 'ended'} href={signInAddress(base, location.href)} title={who.signedOut === '' ? undefined : onlyOpen}>
      {who.signedOut === '' ? who.title || who.user : ended[who.signedOut]}
    </a>
  );
}
