import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { closingLine } = await loadPlan('closing-line');

describe('closingLine', () => {
  it.each([
    ['all passed', { numPassedTests: 3, numFailedTests: 0 }, '3 passed, 0 failed', true],
    ['one failed', { numPassedTests: 3, numFailedTests: 1 }, '3 passed, 1 failed', false],
    ['no test ran', { numPassedTests: 0, numFailedTests: 0 }, '0 passed, 0 failed', false],
    ['not a report', {}, '0 passed, 0 failed', false],
    [
      'left out',
      { numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 },
      '1 passed, 0 failed, 3 skipped',
      true,
    ],
    [
      'a file that could not be loaded has no test of its own',
      { numPassedTests: 1, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] },
      '1 passed, 1 failed',
      false,
    ],
    [
      'a failed file whose failed test is counted already',
      { numPassedTests: 0, numFailedTests: 1, testResults: [{ status: 'failed', assertionResults: [{}] }] },
      '0 passed, 1 failed',
      false,
    ],
  ])('%s', (_name, report, line, isGreen) => {
    expect(closingLine(report)).toEqual({ line, isGreen });
  });
});
