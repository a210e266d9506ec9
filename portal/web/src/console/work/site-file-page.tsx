/** The site file: out as it is, in after a look at what it would do. */
import { useState } from 'preact/hooks';
import type { SiteImport } from '../../../../operate/operations.ts';
import { useConsole, useConsoleTexts, useDeed, useTexts } from '../context.ts';
import { Check, Fault } from '../form.tsx';
import { Page } from '../page.tsx';
import { ConsoleError } from '../request.ts';
import { WORK_TEXTS } from './work-texts.ts';

interface Draft {
  readonly fileName: string;
  readonly site: unknown;
  readonly preview: SiteImport;
}

export function SiteFilePage() {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const { isBusy, fault, run } = useDeed();
  const [draft, setDraft] = useState<Draft>();
  const [isReplacing, setReplacing] = useState(false);
  const [isDone, setDone] = useState(false);
  const query = isReplacing ? '&replace=1' : '';
  const look = (file: File) =>
    run(async () => {
      setDone(false);
      setDraft(undefined);
      const site = parsed(await file.text(), texts.notJson);
      const preview = await api.write<SiteImport>('PUT', `operate/site?dryRun=1${query}`, site);
      setDraft({ fileName: file.name, site, preview });
    });
  const apply = ({ site }: Draft) =>
    run(async () => {
      await api.write('PUT', `operate/site?dryRun=0${query}`, site);
      setDraft(undefined);
      setDone(true);
    });
  return (
    <Page title={texts.places.situs} isNarrow>
      <section class="card">
        <h2>{texts.exportTitle}</h2>
        <p class="rule">{texts.exportHint}</p>
        <a class="button" href="api/v1/operate/site" download="pantau-site.json">
          {texts.download}
        </a>
      </section>
      <section class="card op-form">
        <h2>{texts.importTitle}</h2>
        <Check
          label={texts.replaceAll}
          value={isReplacing}
          onValue={(next) => {
            setReplacing(next);
            setDraft(undefined);
          }}
        />
        <label class="op-field">
          {texts.chooseFile}
          <input
            type="file"
            accept="application/json,.json"
            disabled={isBusy}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file !== undefined) look(file);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <Fault fault={fault} />
        <p role="status">{isDone && texts.imported}</p>
        {draft !== undefined && <Preview draft={draft} isBusy={isBusy} onApply={() => apply(draft)} />}
      </section>
    </Page>
  );
}

function Preview({ draft, isBusy, onApply }: { draft: Draft; isBusy: boolean; onApply: () => void }) {
  const texts = useConsoleTexts();
  const { added, changed, unchanged, removed, publishing, smallCountBelow } = draft.preview;
  const work = useTexts(WORK_TEXTS);
  const rows: readonly (readonly [string, string])[] = [
    [texts.diff.added, added.join(', ')],
    [
      texts.diff.changed,
      changed.map(({ cameraId, fields }) => `${cameraId} (${fields.join(', ')})`).join('; '),
    ],
    [texts.diff.removed, removed.join(', ')],
    [texts.diff.unchanged, unchanged.join(', ')],
    [work.publishing, publishing.join(', ')],
    [
      work.threshold,
      smallCountBelow === undefined ? '' : `${smallCountBelow.from ?? '–'} → ${smallCountBelow.to}`,
    ],
  ];
  return (
    <>
      <h3>{texts.wouldChange(draft.fileName)}</h3>
      <dl class="op-diff">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text === '' ? '–' : text}</dd>
          </div>
        ))}
      </dl>
      {smallCountBelow !== undefined && <p class="notice">{work.thresholdEffect[smallCountBelow.effect]}</p>}
      <button type="button" class="button op-main" disabled={isBusy} onClick={onApply}>
        {texts.apply}
      </button>
    </>
  );
}

function parsed(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ConsoleError(0, { code: 'not-json', message });
  }
}
