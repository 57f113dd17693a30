/** Loads the app again if its server answers: without it nothing would be won, and it would never end. */
export async function loadAgain(): Promise<void> {
  const answer = await fetch(import.meta.env.BASE_URL).catch(() => undefined);
  if (answer?.ok === true) location.reload();
}

/** Whether a part of the app could not be fetched: each browser has words of its own for it. */
export const isUnfetched = (error: unknown): boolean =>
  error instanceof Error && /^unable to preload|dynamically imported|importing a module/i.test(error.message);
