/** sysexits.h EX_CONFIG: the machine lacks something that only its owner can give. */
export const EXIT_CONFIG = 78;

/** A step that could not be done, with what to do about it. */
export class SetupProblem extends Error {
  /**
   * @param {string} message what was found
   * @param {{ advice: string, exitCode?: number }} options `exitCode` is 1 unless given
   */
  constructor(message, { advice, exitCode = 1 }) {
    super(message);
    this.name = 'SetupProblem';
    this.advice = advice;
    this.exitCode = exitCode;
  }
}
