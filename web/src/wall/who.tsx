// Who is signed in: a way to the page where one signs out. Walls have none.

import { useEffect, useState } from 'preact/hooks';
import { Session, signInAddress, type Who } from '../kit/session';
import type { Lang } from '../kit/words';

export function WhoLink({ base, lang }: { base: string; lang: Lang }) {
  const [who, setWho] = useState<Who | null>(null);
  useEffect(() => {
    new Session(base, lang).who().then(setWho, () => undefined); // without it there is no link, and nothing else is missing
  }, [base]);
  if (!who || who.user === '') return null;
  return (
    <a class="quiet" href={signInAddress(base, location.href)}>
      {who.title || who.user}
    </a>
  );
}
