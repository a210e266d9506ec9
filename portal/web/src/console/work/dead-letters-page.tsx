/** Jobs that failed for good. */
import type { DeadLettersAnswer } from '../../../../operate/answers.ts';
import type { DeadLetter } from '../../../../operate/operations.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { jobFaultText } from '../fault-text.ts';
import { ConfirmButton, Fault } from '../form.tsx';
import { Awaited, Page } from '../page.tsx';
import { instantText } from '../time.ts';

const REFRESH_MS = 10_000;

export function DeadLettersPage() {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const answer = useAnswer<DeadLettersAnswer>('operate/dead-letters', REFRESH_MS);
  const { fault, run } = useDeed();
  const act = (method: 'POST' | 'DELETE', path: string) =>
    run(async () => {
      await api.write(method, path);
      answer.reload();
    });
  return (
    <Page
      title={texts.places.gagal}
      actions={
        <a class="button" href="operate/queues/">
          {texts.queueView}
        </a>
      }
    >
      <Fault fault={fault} />
      <Awaited answer={answer}>
        {({ jobs }) => (
          <>
            {jobs.length === 0 && <p class="nothing">{texts.noDeadLetters}</p>}
            <ul class="op-cameras">
              {jobs.map((job) => (
                <DeadLetterCard key={`${job.queue} ${job.id}`} job={job} act={act} />
              ))}
            </ul>
          </>
        )}
      </Awaited>
    </Page>
  );
}

function DeadLetterCard({
  job,
  act,
}: {
  job: DeadLetter;
  act: (method: 'POST' | 'DELETE', path: string) => void;
}) {
  const texts = useConsoleTexts();
  const { canOperate } = useConsole();
  const { format } = useView();
  const path = `operate/dead-letters/${encodeURIComponent(job.queue)}/${encodeURIComponent(job.id)}`;
  return (
    <li class="card">
      <div>
        <h2>{job.cameraId ?? job.name}</h2>
        <small>
          {job.queue} · {job.id} · {instantText(format, job.failedAt)} · {texts.attempts(job.attempts)}
        </small>
      </div>
      <p class="op-fault">{jobFaultText(texts, job.reason)}</p>
      {canOperate && (
        <div class="op-actions">
          <button type="button" class="button" onClick={() => act('POST', `${path}/retry`)}>
            {texts.retry}
          </button>
          <ConfirmButton
            label={texts.remove}
            question={texts.throwAwayQuestion(job.id)}
            onConfirm={() => act('DELETE', path)}
          />
        </div>
      )}
    </li>
  );
}
