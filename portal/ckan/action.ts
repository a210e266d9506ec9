/** What an action is: a named read with the documentation that `help_show` gives. */
import type { CatalogueContext } from '../catalogue/context.ts';
import type { DataSetReads } from '../reads/data-set-rows.ts';
import type { Parameters } from './parameters.ts';

/** What actions are answered from. */
export interface ActionContext {
  readonly catalogue: CatalogueContext;
  readonly reads: DataSetReads;
  /** Path and query of the request, which `_links` are made of. */
  readonly url: string;
}

/** A result that is too large for one text: its JSON in pieces. */
export interface LargeResult {
  readonly jsonPieces: readonly string[];
}

/** True for a result that is JSON in pieces already. */
export function isLarge(result: unknown): result is LargeResult {
  return typeof result === 'object' && result !== null && 'jsonPieces' in result;
}

/** One action. */
export interface Action {
  /** True where the answer is the store's rows, which `PublicReader.version` tells apart. */
  readonly readsRows?: true;
  /** First what it answers, then its parameters. */
  readonly help: string;
  readonly run: (parameters: Parameters, context: ActionContext) => unknown;
}

/** Actions by name. */
export type Actions = Readonly<Record<string, Action>>;
