/** Who changed what. */
import { useView } from '../../view.ts';
import type { AuditEntry } from '../answers.ts';
import { useAnswer, useConsoleTexts } from '../context.ts';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';

export function AuditPage() {
  const texts = useConsoleTexts();
  const { format } = useView();
  const { value } = useAnswer<{ entries: readonly AuditEntry[] }>('audit?limit=200');
  return (
    <div class="op-page">
      <h1>{texts.places.catatan}</h1>
      <ScrolledTable name={texts.places.catatan}>
        <table class="plain">
          <thead>
            <tr>
              {[texts.when, texts.who, texts.what, texts.target, texts.detail].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(value?.entries ?? []).map((entry, index) => (
              <tr key={index}>
                <td>{instantText(format, entry.at)}</td>
                <td>{entry.actor}</td>
                <td>{entry.action}</td>
                <td>{entry.target}</td>
                <td>{entry.detail}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrolledTable>
    </div>
  );
}
