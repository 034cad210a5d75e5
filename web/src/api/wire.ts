// What the service answers, typed by its own definition (make schema). Nothing in it
// is taken for granted: a member may be missing from the answer of another version,
// and is checked where it is read.

import type { components, paths } from './schema';

type Loose<T> = T extends readonly (infer Item)[] ? readonly Loose<Item>[] : T extends object ? { readonly [Name in keyof T]?: Loose<T[Name]> } : T;

/** An object on the wire, by the name that the definition has for it. */
export type Wire<Name extends keyof components['schemas']> = Loose<components['schemas'][Name]>;

type Get<Path extends keyof paths> = paths[Path]['get'];

/** Addresses that are read. */
export type Readable = { [Path in keyof paths]: Get<Path> extends { responses: { 200: { content: unknown } } } ? Path : never }[keyof paths];

/** What an address answers, in any of its media types. */
export type Answer<Path extends Readable> = Get<Path> extends { responses: { 200: { content: infer Content } } } ? Loose<Content[keyof Content]> : never;

/** The query parameters that an address takes. */
export type Query<Path extends Readable> = Get<Path> extends { parameters: { query?: infer Names } } ? { readonly [Name in keyof NonNullable<Names>]?: string } : never;

/** What is sent to an address with a method. */
export type Sent<Path extends keyof paths, Method extends 'post' | 'put' | 'patch'> = paths[Path][Method] extends { requestBody: { content: { 'application/json': infer Body } } } ? Body : never;
