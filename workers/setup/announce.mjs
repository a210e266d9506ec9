/** One line per step: what it does, in Indonesian and English, and how long it took. */

/**
 * @typedef {(doing: string) => void} Doing says what takes long, before it starts
 * @typedef {{ step(title: string, action: (doing: Doing) => Promise<string>): Promise<void> }} Announcer
 */

/**
 * On a terminal the line is rewritten when the step is done; elsewhere (CI, a file) each is a plain line.
 * @param {{ out: NodeJS.WriteStream, isPlain: boolean }} options
 * @returns {Announcer}
 */
export function createAnnouncer({ out, isPlain }) {
  return {
    async step(title, action) {
      const startMs = performance.now();
      const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
      let isLineOpen = false;
      const doing = (/** @type {string} */ text) => {
        out.write(isPlain ? `… ${title}: ${text}\n` : `${isLineOpen ? '\r\x1b[K' : ''}… ${title}: ${text}`);
        isLineOpen = !isPlain;
      };
      const close = (/** @type {string} */ line) => out.write(`${isLineOpen ? '\r\x1b[K' : ''}${line}\n`);
      try {
        const detail = await action(doing);
        close(`✓ ${title}: ${detail} (${seconds()})`);
      } catch (error) {
        close(`✗ ${title} (${seconds()})`);
        throw error;
      }
    },
  };
}
