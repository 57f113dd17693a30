import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];

/** What the API refused, in its own words. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** When the API asks to come back after a while: in how many seconds. */
  readonly retryAfterSeconds: number | undefined;
  readonly errors: readonly { pointer: string; detail: string }[];

  constructor(problem: Problem, retryAfter: string | null) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.request_id;
    this.retryAfterSeconds = retryAfter === null ? undefined : Number(retryAfter);
    this.errors = problem.errors ?? [];
  }

  /** The words for one value, by its JSON pointer. */
  at(pointer: string): string | undefined {
    return this.errors.find((one) => one.pointer === pointer)?.detail;
  }
}

/** Nothing was heard of the server: it may or may not have acted. */
export class OfflineError extends Error {
  override readonly name = "OfflineError";
}

/** The answer is none of Steward's: a proxy in between, or a server that is starting. */
export class StrangeAnswerError extends Error {
  override readonly name = "StrangeAnswerError";
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

const UNAVAILABLE = [502, 503, 504];

export const isOffline = (error: unknown): boolean => error instanceof OfflineError;

/** Whether the server may be there again in a moment: it cannot be reached, or starts, or is busy. */
export const isAway = (error: unknown): boolean =>
  isOffline(error) ||
  ((error instanceof ProblemError || error instanceof StrangeAnswerError) &&
    UNAVAILABLE.includes(error.status));

/** Make the error of an answer that is not a success. */
export async function problemOf(response: Response): Promise<ProblemError | StrangeAnswerError> {
  if (response.headers.get("Content-Type")?.startsWith("application/problem+json") !== true) {
    return new StrangeAnswerError(response.status);
  }
  return new ProblemError((await response.json()) as Problem, response.headers.get("Retry-After"));
}
