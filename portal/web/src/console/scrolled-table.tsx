/** A wide table on a narrow screen. */
import type { ComponentChildren } from 'preact';

export function ScrolledTable({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <section class="card">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it */}
      <section class="scroll" tabIndex={0} aria-label={name}>
        {children}
      </section>
    </section>
  );
}
