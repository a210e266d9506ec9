/** The line with which a test run closes in CI, from Vitest's JSON report. Pure. */

/**
 * A suite that fails before its first test (an import error, say) counts as one failed test: Vitest's own count of
 * tests would hide it. A test that Vitest skipped or left out is neither passed nor failed.
 * @param {{ numPassedTests?: number, numFailedTests?: number, numPendingTests?: number, numTodoTests?: number,
 *   testResults?: { status?: string, assertionResults?: unknown[] }[] }} report
 * @returns {{ line: string, isGreen: boolean }}
 */
export function closingLine(report) {
  const passed = report.numPassedTests ?? 0;
  const brokenSuites = (report.testResults ?? []).filter(
    ({ status, assertionResults = [] }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = (report.numFailedTests ?? 0) + brokenSuites.length;
  const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
  const tail = skipped > 0 ? `, ${skipped} skipped` : '';
  return { line: `${passed} passed, ${failed} failed${tail}`, isGreen: failed === 0 && passed > 0 };
}
