import { describe, expect, it } from 'vitest';
import { loadPlan } from './load-plan.ts';

const { parseArguments } = await loadPlan('arguments');

describe('parseArguments', () => {
  it('means set-up alone without a verb', () => {
    expect(parseArguments([])).toMatchObject({
      verb: 'setup',
      args: [],
      needs: { browser: false, build: true },
    });
  });

  it('hands on what follows the verb', () => {
    expect(parseArguments(['demo', '--once'])).toMatchObject({ verb: 'demo', args: ['--once'] });
  });

  it('drops one separator, which a person types out of habit', () => {
    expect(parseArguments(['demo', '--', '--once', '--', 'x'])).toMatchObject({
      args: ['--once', '--', 'x'],
    });
  });

  it.each([[['demo', '--video', 'a.mp4']], [['demo', '--video=a.mp4']]])(
    '%j needs no footage of ours',
    (argv) => {
      expect(parseArguments(argv).needs.footage).toBe(false);
    },
  );

  it('keeps the footage for a test that happens to be named so', () => {
    expect(parseArguments(['test', '--video']).needs.footage).toBe(true);
  });

  it('needs a browser for tests only', () => {
    expect(parseArguments(['test']).needs.browser).toBe(true);
  });

  it.each(['dmeo', 'toString', '__proto__'])('refuses %s and names the verbs', (verb) => {
    expect(parseArguments([verb])).toEqual({
      problem: `no such verb: ${verb}; known: setup, demo, test, check, bench, accuracy`,
    });
  });
});
