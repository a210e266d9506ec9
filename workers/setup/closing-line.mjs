/** `node workers/setup/closing-line.mjs REPORT.json`: prints the closing line of a Vitest run; exit 1 unless all is green. */
import { readJson } from './fingerprint.mjs';
import { closingLine } from './plan/closing-line.mjs';

const [file = ''] = process.argv.slice(2);
const report = readJson(file);
if (report === undefined) {
  process.stdout.write(`no test ran: there is no report ${file}\n`);
  process.exitCode = 1;
} else {
  const { line, isGreen } = closingLine(report);
  process.stdout.write(`${line}\n`);
  if (!isGreen) process.exitCode = 1;
}
