/** How far every publisher has got. */
import { useView } from '../../view.ts';
import type { PublisherStatus } from '../answers.ts';
import { useAnswer, useConsoleTexts } from '../context.ts';
import { instantText } from '../time.ts';

export function PublishersPage() {
  const texts = useConsoleTexts();
  const { format } = useView();
  const { value, failure } = useAnswer<{ publishers: readonly PublisherStatus[] }>(
    'operate/publishers',
    10_000,
  );
  return (
    <div class="op-page">
      <h1>{texts.places.penerbit}</h1>
      {value === undefined && <p class="loading">{failure ?? texts.loading}</p>}
      {value?.publishers.length === 0 && <p class="nothing">{texts.noPublishers}</p>}
      <ul class="op-cameras">
        {value?.publishers.map((publisher) => (
          <li class="card" key={publisher.id}>
            <div>
              <h2>{publisher.id}</h2>
              <small>
                {publisher.kind} {publisher.target}
              </small>
            </div>
            <p>
              <b>{texts.publisherStates[publisher.state] ?? publisher.state}</b>
              {publisher.lastFailure !== undefined && (
                <small class="op-fault"> {publisher.lastFailure.message ?? publisher.lastFailure.kind}</small>
              )}
            </p>
            <small>
              {texts.lag(publisher.lagRows ?? 0, publisher.quarantined?.rows ?? 0)} · {texts.lastSuccess}:{' '}
              {instantText(format, publisher.lastSuccessAtMs)}
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
