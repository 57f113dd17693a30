// The types of each operation, read out of the generated document.
import type { paths } from "./schema";

export type Method = "get" | "post" | "put" | "patch" | "delete";
type Operations<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, infer O> ? O : never };
/** The addresses that take a method. */
export type Path<M extends Method> = {
  [P in keyof paths]: [Operations<M>[P]] extends [never]
    ? never
    : Operations<M>[P] extends object
      ? P
      : never;
}[keyof paths];
type Operation<M extends Method, P extends Path<M>> = Operations<M>[P];

type InPath<O> = O extends { parameters: { path: infer V extends object } } ? { path: V } : object;
type InQuery<O> = O extends { parameters: { query?: infer V } } ? { query?: NonNullable<V> } : object;
type InBody<O> = O extends { requestBody: { content: { "application/json": infer V } } }
  ? { body: V }
  : O extends { requestBody: { content: { "text/csv": unknown } } }
    ? { body: Blob }
    : object;

export type Common = {
  signal?: AbortSignal | undefined;
  /** The version, as its ETag, that the change rests on. */
  ifMatch?: string;
  /** Names the attempt: the same key again acts once. Without one, each call is an attempt of its own. */
  attempt?: string;
};
export type Request<M extends Method, P extends Path<M>> = Common &
  InPath<Operation<M, P>> &
  InQuery<Operation<M, P>> &
  InBody<Operation<M, P>>;

/** The options may be left out where nothing in them is required. */
export type Arguments<M extends Method, P extends Path<M>> =
  object extends Request<M, P> ? [request?: Request<M, P>] : [request: Request<M, P>];

type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? R[S] : never }[keyof R];
type Content<A> = A extends { content: { "application/json": infer D } } ? D : undefined;
export type Data<M extends Method, P extends Path<M>> =
  Operation<M, P> extends { responses: infer R } ? Content<Success<R>> : undefined;
