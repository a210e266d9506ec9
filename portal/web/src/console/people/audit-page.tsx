/** Who changed what: the newest, older ones page by page, narrowed down, and all of them as CSV. */
import { useState } from 'preact/hooks';
import type { AuditAnswer, AuditPageAnswer } from '../../../../operate/answers.ts';
import { useView } from '../../view.ts';
import { useConsole, useConsoleTexts, useDeed, useEdited, useTexts } from '../context.ts';
import { Fault, Field, Form, Pick } from '../form.tsx';
import { Awaited, Page } from '../page.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { PEOPLE_TEXTS } from './people-texts.ts';

const PAGE_SIZE = 100;
const EMPTY = { actor: '', action: '', target: '' };
type Filter = typeof EMPTY;

export function AuditPage() {
  const common = useConsoleTexts();
  const texts = useTexts(PEOPLE_TEXTS);
  const [{ filter, turn }, setAsked] = useState({ filter: EMPTY, turn: 0 });
  const query = queryOf(filter);
  const csv = (
    <a class="button" href={`api/v1/audit.csv?bom=1${query}`} download="pantau-audit.csv">
      {texts.csv}
    </a>
  );
  return (
    <Page title={common.places.catatan} actions={csv}>
      <FilterForm onFilter={(next) => setAsked({ filter: next, turn: turn + 1 })} />
      <Entries key={turn} query={query} />
    </Page>
  );
}

function queryOf(filter: Filter): string {
  return Object.entries(filter)
    .filter(([, text]) => text.trim() !== '')
    .map(([name, text]) => `&${name}=${encodeURIComponent(text.trim())}`)
    .join('');
}

function FilterForm({ onFilter }: { onFilter: (filter: Filter) => void }) {
  const common = useConsoleTexts();
  const texts = useTexts(PEOPLE_TEXTS);
  const [draft, setDraft] = useState(EMPTY);
  const put = (part: Partial<Filter>) => setDraft({ ...draft, ...part });
  return (
    <section class="card">
      <Form class="op-row" onSubmit={() => onFilter(draft)}>
        <Field label={common.who} name="actor" value={draft.actor} onValue={(actor) => put({ actor })} />
        <Pick
          label={common.what}
          name="action"
          value={draft.action}
          options={[['', texts.anything], ...Object.entries(texts.actions)]}
          onValue={(action) => put({ action })}
        />
        <Field
          label={common.target}
          name="target"
          value={draft.target}
          onValue={(target) => put({ target })}
        />
        <button type="submit" class="button op-main">
          {texts.narrow}
        </button>
        <button
          type="button"
          class="button op-beside"
          onClick={() => {
            setDraft(EMPTY);
            onFilter(EMPTY);
          }}
        >
          {texts.clear}
        </button>
      </Form>
    </section>
  );
}

/** Read once: what is added meanwhile must not move the pages against each other. */
function Entries({ query }: { query: string }) {
  const path = `audit?limit=${PAGE_SIZE}${query}`;
  const answer = useEdited<AuditPageAnswer>(path);
  return <Awaited answer={answer}>{(first) => <Pages first={first} path={path} />}</Awaited>;
}

function Pages({ first, path }: { first: AuditPageAnswer; path: string }) {
  const common = useConsoleTexts();
  const texts = useTexts(PEOPLE_TEXTS);
  const { api } = useConsole();
  const { isBusy, fault, run } = useDeed();
  const [pages, setPages] = useState([first]);
  const cursor = pages.at(-1)?.nextCursor;
  const more = async () => {
    const next = await api.get<AuditPageAnswer>(`${path}&cursor=${cursor}`);
    setPages([...pages, next]);
  };
  const entries = pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <p class="nothing">{texts.nothingFound}</p>;
  const columns = [common.when, common.who, common.what, common.target, common.detail];
  return (
    <>
      <ScrolledTable name={common.places.catatan} columns={columns}>
        {entries.map((entry, index) => (
          <Entry key={index} entry={entry} />
        ))}
      </ScrolledTable>
      <Fault fault={fault} />
      {cursor !== undefined && (
        <button type="button" class="button" disabled={isBusy} onClick={() => run(more)}>
          {texts.older}
        </button>
      )}
    </>
  );
}

function Entry({ entry }: { entry: AuditAnswer }) {
  const { format } = useView();
  const { deeds } = useTexts(PEOPLE_TEXTS);
  const { action } = entry;
  return (
    <tr>
      <td class="when">{instantText(format, entry.at)}</td>
      <td>{entry.actor}</td>
      <td>
        {deeds[action]} <small>{action}</small>
      </td>
      <td>{entry.target}</td>
      <td>{entry.detail}</td>
    </tr>
  );
}
