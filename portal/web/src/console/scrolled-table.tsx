/** A table, wide or not, on a narrow screen. */
import { type ComponentChildren, toChildArray } from 'preact';
import { useConsoleTexts } from './context.ts';

export function ScrolledTable(props: {
  readonly name: string;
  readonly columns: readonly string[];
  /** The rows. */
  readonly children: ComponentChildren;
  /** Shown above the table; without it the page's title says what it is. */
  readonly title?: string;
}) {
  const { name, columns, children, title } = props;
  const texts = useConsoleTexts();
  return (
    <section class="card">
      {title !== undefined && <h2>{title}</h2>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys scroll it */}
      <section class="scroll" tabIndex={0} aria-label={name}>
        <table class="plain">
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
        {toChildArray(children).length === 0 && <p class="nothing">{texts.nothingYet}</p>}
      </section>
    </section>
  );
}
