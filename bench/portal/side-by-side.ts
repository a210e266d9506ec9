/** The engines' figures in one table. */
import type { Figure } from '../result.ts';

/** A Markdown table, line by line; figures are told by the order in which all engines have them. */
export function sideBySide(
  columns: readonly { readonly engine: string; readonly figures: readonly Figure[] }[],
): string[] {
  const rows = (columns[0]?.figures ?? []).map(({ name, unit, target }, i) => {
    const values = columns.map(({ figures }) => shown(figures[i]?.value));
    return [name, ...values, unit, target ?? ''];
  });
  const table = [['figure', ...columns.map(({ engine }) => engine), 'unit', 'target'], ...rows];
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const [head = [], ...body] = table;
  const rule = `|${widths.map((width, i) => (i === 0 ? `-${'-'.repeat(width)}-` : `-${'-'.repeat(width)}:`)).join('|')}|`;
  return [line(head), rule, ...body.map(line)];
}

function shown(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
