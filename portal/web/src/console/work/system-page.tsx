/** How the installation is: what runs, what waits, what it takes up. */
import type { PublishersAnswer, SystemAnswer } from '../../../../operate/answers.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsoleTexts, useTexts } from '../context.ts';
import { sizeText } from '../numbers.ts';
import { Awaited, Page } from '../page.tsx';
import { consoleHref } from '../places.ts';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { WORK_TEXTS } from './work-texts.ts';

const REFRESH_MS = 10_000;

export function SystemPage() {
  const common = useConsoleTexts();
  const answer = useAnswer<SystemAnswer>('operate/system', REFRESH_MS);
  return (
    <Page title={common.places.sistem}>
      <Awaited answer={answer}>
        {(system) => (
          <>
            <div class="op-columns">
              <Versions system={system} />
              <Disk system={system} />
              <Publishers />
            </div>
            <Cluster system={system} />
            <Models system={system} />
            <Store system={system} />
          </>
        )}
      </Awaited>
    </Page>
  );
}

interface PartProps {
  readonly system: SystemAnswer;
}

function Versions({ system }: PartProps) {
  const texts = useTexts(WORK_TEXTS);
  return (
    <section class="card">
      <h2>{texts.versions}</h2>
      <dl class="op-facts">
        {Object.entries(system.versions).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Disk({ system }: PartProps) {
  const texts = useTexts(WORK_TEXTS);
  const { language } = useView();
  const { freeBytes, totalBytes } = system.disk;
  return (
    <section class="card">
      <h2>{texts.disk}</h2>
      <meter
        class="op-meter"
        min={0}
        max={totalBytes}
        // Less than a tenth is soon full.
        low={totalBytes * 0.1}
        value={freeBytes}
        aria-label={texts.disk}
      />
      <p>{texts.diskFree(sizeText(freeBytes, language), sizeText(totalBytes, language))}</p>
    </section>
  );
}

function Publishers() {
  const common = useConsoleTexts();
  const texts = useTexts(WORK_TEXTS);
  const publishers = useAnswer<PublishersAnswer>('operate/publishers', REFRESH_MS).value?.publishers ?? [];
  return (
    <section class="card">
      <h2>
        <a href={consoleHref('penerbit')}>{common.places.penerbit}</a>
      </h2>
      {publishers.length === 0 && <p class="rule">{texts.noPublishers}</p>}
      <dl class="op-facts">
        {publishers.map(({ id, state }) => (
          <div key={id}>
            <dt>{id}</dt>
            <dd class={`op-state ${state}`}>{texts.publisherStates[state] ?? state}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const JOB_STATES = ['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed'] as const;

function Cluster({ system: { queues, workers } }: PartProps) {
  const common = useConsoleTexts();
  const texts = useTexts(WORK_TEXTS);
  const { format } = useView();
  if (queues === undefined || workers === undefined) return <p class="notice">{texts.queueAway}</p>;
  return (
    <>
      {workers.length === 0 && <p class="notice">{texts.noWorkers}</p>}
      {workers.length > 0 && (
        <ScrolledTable
          title={texts.workers}
          name={texts.workers}
          columns={[texts.worker, texts.lastHeartbeat, texts.heldCameras]}
        >
          {workers.map(({ name, seenAt, silentS, cameras }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="when">
                {instantText(format, seenAt)} <small>({texts.silent(silentS)})</small>
              </td>
              <td>{cameras}</td>
            </tr>
          ))}
        </ScrolledTable>
      )}
      <ScrolledTable
        title={texts.queues}
        name={texts.queues}
        columns={[texts.queue, ...JOB_STATES.map((state) => common.jobStates[state] ?? state)]}
      >
        {Object.entries(queues).map(([queue, counts]) => (
          <tr key={queue}>
            <th scope="row">{queue}</th>
            {JOB_STATES.map((state) => (
              <td key={state}>{format.number(counts[state] ?? 0, 0)}</td>
            ))}
          </tr>
        ))}
      </ScrolledTable>
    </>
  );
}

function Models({ system: { models } }: PartProps) {
  const texts = useTexts(WORK_TEXTS);
  const { language } = useView();
  return (
    <ScrolledTable
      title={texts.models}
      name={texts.models}
      columns={[texts.model, texts.licence, texts.ready]}
    >
      {models.map(({ id, licence, isDefault, bytes }) => (
        <tr key={id}>
          <th scope="row">
            {id} {isDefault && <small>({texts.isDefault})</small>}
          </th>
          <td>{licence}</td>
          <td>{bytes === undefined ? texts.notReady : sizeText(bytes, language)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}

const LEVELS = ['minute', 'quarter-hour', 'hour', 'day'] as const;

function Store({ system: { store, keptDays, retention } }: PartProps) {
  const common = useConsoleTexts();
  const texts = useTexts(WORK_TEXTS);
  const { language, format } = useView();
  const bytes = store.tables.reduce((sum, table) => sum + table.bytes, 0);
  const level = (name: string) => texts.levels[name] ?? name;
  return (
    <>
      <ScrolledTable
        title={`${texts.store}: ${store.engine}, ${sizeText(bytes, language)}`}
        name={texts.store}
        columns={[texts.table, texts.rows, texts.size]}
      >
        {store.tables.map((table) => (
          <tr key={table.name}>
            <th scope="row">{table.name}</th>
            <td>{format.number(table.rows, 0)}</td>
            <td>{sizeText(table.bytes, language)}</td>
          </tr>
        ))}
      </ScrolledTable>
      <ScrolledTable title={texts.retention} name={texts.retention} columns={[texts.level, texts.kept]}>
        {LEVELS.map((name) => (
          <tr key={name}>
            <th scope="row">{level(name)}</th>
            <td>
              {keptDays[name] === undefined ? texts.forEver : texts.days(format.number(keptDays[name], 0))}
            </td>
          </tr>
        ))}
      </ScrolledTable>
      {retention.length > 0 && (
        <ScrolledTable
          title={texts.removals}
          name={texts.removals}
          columns={[common.when, texts.level, texts.before, texts.removed]}
        >
          {retention.map((run, index) => (
            <tr key={index}>
              <td class="when">{instantText(format, run.at)}</td>
              <td>{level(run.level)}</td>
              <td class="when">{instantText(format, run.before)}</td>
              <td>{format.number(run.removed, 0)}</td>
            </tr>
          ))}
        </ScrolledTable>
      )}
    </>
  );
}
