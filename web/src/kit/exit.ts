// The way out of a page. Several find out at once that a page may not stay as it is:
// the news of another page, the watch of the session, every answer of 401. A
// navigation begun while another is under way would abort it.

import { signInAddress } from './session';

/** After so long a navigation has come to nothing: the person stopped it, or a
 * gateway answered without a page. What a reader may no longer see must not stay. */
const patienceMs = 30_000;

type Opening = Readonly<{ location: Pick<Location, 'href' | 'replace' | 'reload'>; addEventListener: (type: 'pageshow', listener: (event: PageTransitionEvent) => void) => void }>;

export class Exit {
  /** When the page left; it is the same page still until the next one stands. */
  private leftAt = -Infinity;

  constructor(
    private readonly base: string,
    private readonly page: Opening = window,
    private readonly now = () => performance.now(),
  ) {
    // Out of the browser's memory it comes back as it was, having left.
    page.addEventListener('pageshow', (event) => {
      if (event.persisted) this.leftAt = -Infinity;
    });
  }

  /** To the page where one signs in, and back to this one. */
  signIn(): void {
    this.once(() => this.page.location.replace(signInAddress(this.base, this.page.location.href)));
  }

  /** The page anew: another reads, or another release is there. */
  reload(): void {
    this.once(() => this.page.location.reload());
  }

  private once(leave: () => void): void {
    if (this.now() - this.leftAt < patienceMs) return;
    this.leftAt = this.now();
    leave();
  }
}
