// The phone's own way back.

import type { FieldModel } from './model';

export function cardInHistory(): boolean {
  return (history.state as { card?: boolean } | null)?.card === true;
}

/** Leaves the card as the phone's own button does. */
export function leaveCard(model: FieldModel): void {
  if (cardInHistory()) history.back();
  else model.close();
}
