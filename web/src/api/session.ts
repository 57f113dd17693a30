/** Asks the person to sign in over what they were doing; true once they have. */
type Asker = () => Promise<boolean>;

let asker: Asker | undefined;
let asking: Promise<boolean> | undefined;

/** Set while the app's frame, with its sign-in dialog, is on the screen. */
export function setAsker(next: Asker | undefined): void {
  asker = next;
}

/** Many requests may find the session over at once: one dialog answers them all. */
export async function signInAgain(): Promise<boolean> {
  if (asker === undefined) return false;
  asking ??= asker().finally(() => {
    asking = undefined;
  });
  return asking;
}
