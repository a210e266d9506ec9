/** Recordings below the media folder, and how far their counting is. */
import { useState } from 'preact/hooks';
import type { CameraRow, RecordingsAnswer } from '../../../../operate/answers.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { jobFaultText } from '../fault-text.ts';
import { Field, Pick } from '../form.tsx';
import { sizeText } from '../numbers.ts';
import { AddForm, Awaited, Page } from '../page.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';

const REFRESH_MS = 3_000;

export function RecordingsPage() {
  const texts = useConsoleTexts();
  const { canOperate } = useConsole();
  const answer = useAnswer<RecordingsAnswer>('operate/recordings', REFRESH_MS);
  return (
    <Page title={texts.places.rekaman}>
      <Awaited answer={answer}>
        {({ media, jobs }) => (
          <>
            {canOperate && <Enqueue media={media} onQueued={answer.reload} />}
            <Jobs jobs={jobs} />
          </>
        )}
      </Awaited>
    </Page>
  );
}

function Jobs({ jobs }: Pick<RecordingsAnswer, 'jobs'>) {
  const texts = useConsoleTexts();
  const { format } = useView();
  return (
    <ScrolledTable
      name={texts.places.rekaman}
      columns={[texts.file, texts.start, texts.camera, texts.state, texts.progress, texts.finished]}
    >
      {jobs.map((job) => (
        <tr key={job.id}>
          <th scope="row">{job.file}</th>
          <td class="when">{instantText(format, job.recordedFrom)}</td>
          <td>{job.cameraId}</td>
          <td class={job.reason === undefined ? '' : 'words'}>
            {texts.jobStates[job.state] ?? job.state}
            {job.reason !== undefined && <small class="op-fault"> {jobFaultText(texts, job.reason)}</small>}
          </td>
          <td>
            <progress max={Math.max(1, job.total)} value={job.progress} aria-label={job.file} />{' '}
            {job.progress}/{job.total}
          </td>
          <td class="when">{instantText(format, job.finishedAt)}</td>
        </tr>
      ))}
    </ScrolledTable>
  );
}

function Enqueue({ media, onQueued }: { media: RecordingsAnswer['media']; onQueued: () => void }) {
  const texts = useConsoleTexts();
  const { language } = useView();
  const { api } = useConsole();
  const deed = useDeed();
  const { fault } = deed;
  const cameras = useAnswer<{ cameras: readonly CameraRow[] }>('operate/cameras').value?.cameras ?? [];
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
    <AddForm deed={deed} button={texts.enqueue} isDisabled={cameraId === ''} onAdd={enqueue}>
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
    </AddForm>
  );
}
