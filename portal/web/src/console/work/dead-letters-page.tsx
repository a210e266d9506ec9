/** Jobs that failed for good. */

import type { DeadLetter } from '../../../../operate/operations.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { ConfirmButton, Fault } from '../form.tsx';
import { Page } from '../page.tsx';
import { instantText } from '../time.ts';

export function DeadLettersPage() {
  const texts = useConsoleTexts();
  const { api, canOperate } = useConsole();
  const { format } = useView();
  const { value, failure, reload } = useAnswer<{ jobs: readonly DeadLetter[] }>(
    'operate/dead-letters',
    10_000,
  );
  const { fault, run } = useDeed();
  const pathOf = ({ queue, id }: DeadLetter) =>
    `operate/dead-letters/${encodeURIComponent(queue)}/${encodeURIComponent(id)}`;
  const act = (method: 'POST' | 'DELETE', path: string) =>
    run(async () => {
      await api.write(method, path);
      reload();
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
      {value === undefined && <p class="loading">{failure ?? texts.loading}</p>}
      {value?.jobs.length === 0 && <p class="nothing">{texts.noDeadLetters}</p>}
      <ul class="op-cameras">
        {value?.jobs.map((job) => (
          <li class="card" key={`${job.queue} ${job.id}`}>
            <div>
              <h2>{job.cameraId ?? job.name}</h2>
              <small>
                {job.queue} · {job.id} · {instantText(format, job.failedAt)} · {texts.attempts(job.attempts)}
              </small>
            </div>
            <p class="op-fault">{job.reason}</p>
            {canOperate && (
              <div class="op-actions">
                <button type="button" class="button" onClick={() => act('POST', `${pathOf(job)}/retry`)}>
                  {texts.retry}
                </button>
                <ConfirmButton
                  label={texts.remove}
                  question={texts.removeQuestion(job.id)}
                  onConfirm={() => act('DELETE', pathOf(job))}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Page>
  );
}
