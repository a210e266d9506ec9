/** Recordings below the media folder, and how far their counting is. */
import { useState } from 'preact/hooks';
import { useView } from '../../view.ts';
import type { OperatedCamera, Recordings } from '../answers.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { Fault, Field, Form, Pick } from '../form.tsx';
import { sizeText } from '../numbers.ts';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';

const REFRESH_MS = 3_000;

export function RecordingsPage() {
  const texts = useConsoleTexts();
  const { canOperate } = useConsole();
  const { value, failure, reload } = useAnswer<Recordings>('operate/recordings', REFRESH_MS);
  const { format } = useView();
  return (
    <div class="op-page">
      <h1>{texts.places.rekaman}</h1>
      {value === undefined && <p class="loading">{failure ?? texts.loading}</p>}
      {value !== undefined && canOperate && <Enqueue media={value.media} onQueued={reload} />}
      <ScrolledTable name={texts.places.rekaman}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{texts.file}</th>
              <th scope="col">{texts.camera}</th>
              <th scope="col">{texts.state}</th>
              <th scope="col">{texts.progress}</th>
              <th scope="col">{texts.finished}</th>
            </tr>
          </thead>
          <tbody>
            {(value?.jobs ?? []).map((job) => (
              <tr key={job.id}>
                <th scope="row">{job.file}</th>
                <td>{job.cameraId}</td>
                <td>
                  {texts.jobStates[job.state] ?? job.state}
                  {job.reason !== undefined && <small class="op-fault"> {job.reason}</small>}
                </td>
                <td>
                  <progress max={Math.max(1, job.total)} value={job.progress} aria-label={job.file} />{' '}
                  {job.progress}/{job.total}
                </td>
                <td>{instantText(format, job.finishedAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrolledTable>
    </div>
  );
}

function Enqueue({ media, onQueued }: { media: Recordings['media']; onQueued: () => void }) {
  const texts = useConsoleTexts();
  const { language } = useView();
  const { api } = useConsole();
  const { fault, isBusy, run } = useDeed();
  const cameras = useAnswer<{ cameras: readonly OperatedCamera[] }>('operate/cameras').value?.cameras ?? [];
  const [chosen, setChosen] = useState({ file: '', cameraId: '' });
  const [start, setStart] = useState('');
  const file = chosen.file || (media[0]?.file ?? '');
  const cameraId = chosen.cameraId || (cameras[0]?.cameraId ?? '');
  if (media.length === 0) return <p class="nothing">{texts.noMedia}</p>;
  const enqueue = async () => {
    const begin = start.trim() === '' ? {} : { start: start.trim() };
    await api.write('POST', 'operate/recordings', { cameraId, file, ...begin });
    onQueued();
  };
  return (
    <section class="card">
      <Form class="op-row" onSubmit={() => run(enqueue)}>
        <Pick
          label={texts.file}
          name="file"
          value={file}
          options={media.map((one) => [one.file, `${one.file} (${sizeText(one.bytes, language)})`] as const)}
          fault={fault}
          onValue={(next) => setChosen({ ...chosen, file: next })}
        />
        <Pick
          label={texts.camera}
          name="cameraId"
          value={cameraId}
          options={cameras.map((one) => [one.cameraId, one.name ?? one.cameraId] as const)}
          fault={fault}
          onValue={(next) => setChosen({ ...chosen, cameraId: next })}
        />
        <Field
          label={texts.start}
          name="start"
          value={start}
          hint={texts.startHint}
          fault={fault}
          onValue={setStart}
        />
        <button type="submit" class="button op-main" disabled={isBusy || cameraId === ''}>
          {texts.enqueue}
        </button>
      </Form>
      <Fault fault={fault} />
    </section>
  );
}
