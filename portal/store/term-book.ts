/** The terms of one store, shared by all processes that have it open. */
import type { Dialect } from './sql.ts';
import { createTerms, type Terms, UnknownTermError } from './terms.ts';

/** Terms that can be made known and loaded. */
export interface TermBook {
  readonly terms: Terms;
  /** Gives numbers to texts that have none yet. */
  learn(texts: Iterable<string>): Promise<void>;
  /** Loads what other processes added. */
  load(): Promise<void>;
  /** Runs `decode`; loads terms and runs it once more when one is not known here. */
  withTerms<T>(decode: (terms: Terms) => T): Promise<T>;
}

interface Row {
  term_no: number;
  text: string;
}

/** Loads nothing before it is needed. */
export function createTermBook(dialect: Dialect): TermBook {
  const terms = createTerms();
  const load = async () => {
    const rows = await dialect.read.all<Row>('SELECT term_no, text FROM term WHERE term_no > $1', [
      terms.last(),
    ]);
    for (const { term_no, text } of rows) terms.learn(term_no, text);
  };
  return {
    terms,
    load,
    async learn(texts) {
      const unknown = [...new Set(texts)].filter((text) => !terms.has(text)).slice(0, MAX_TERMS_AT_ONCE);
      if (unknown.length === 0) return;
      await dialect.transaction('learn-terms', (sql) =>
        sql.insert({
          table: 'term',
          columns: { text: 'text' },
          rows: unknown.map((text) => [text]),
          onConflict: 'ON CONFLICT (text) DO NOTHING',
        }),
      );
      // Numbers are told only after the commit: one that was rolled back could be given again.
      const rows = await dialect.read.allOf<Row>(
        { types: ['text'], rows: unknown.map((text) => [text]) },
        (table) => `SELECT term_no, text FROM ${table} JOIN term ON text = column1`,
      );
      for (const { term_no, text } of rows) terms.learn(term_no, text);
    },
    async withTerms(decode) {
      try {
        return decode(terms);
      } catch (error) {
        if (!(error instanceof UnknownTermError)) throw error;
        await load();
        return decode(terms);
      }
    },
  };
}

/** A batch of 1000 records has at most 5 texts each. */
const MAX_TERMS_AT_ONCE = 10_000;
