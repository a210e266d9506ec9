/** How far every publisher has got, and what holds it up. */
import type { PublishersAnswer } from '../../../../operate/answers.ts';
import type { PublisherStatus } from '../../../../publishers/runner.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed, useTexts } from '../context.ts';
import { Fault } from '../form.tsx';
import { Awaited, Page } from '../page.tsx';
import { instantText } from '../time.ts';
import { WORK_TEXTS } from './work-texts.ts';

const REFRESH_MS = 5_000;

export function PublishersPage() {
  const common = useConsoleTexts();
  const texts = useTexts(WORK_TEXTS);
  const { api } = useConsole();
  const answer = useAnswer<PublishersAnswer>('operate/publishers', REFRESH_MS);
  const { fault, run } = useDeed();
  const tryNow = (id: string) =>
    run(async () => {
      await api.write('POST', `operate/publishers/${encodeURIComponent(id)}/try`);
      answer.reload();
    });
  return (
    <Page title={common.places.penerbit}>
      <Fault fault={fault} />
      <Awaited answer={answer}>
        {({ publishers }) =>
          publishers.length === 0 ? (
            <p class="nothing">{texts.noPublishers}</p>
          ) : (
            <ul class="op-cameras">
              {publishers.map((publisher) => (
                <PublisherCard
                  key={publisher.id}
                  publisher={publisher}
                  onTryNow={() => tryNow(publisher.id)}
                />
              ))}
            </ul>
          )
        }
      </Awaited>
    </Page>
  );
}

function PublisherCard({ publisher, onTryNow }: { publisher: PublisherStatus; onTryNow: () => void }) {
  const texts = useTexts(WORK_TEXTS);
  const { canOperate } = useConsole();
  const { id, kind, target, state } = publisher;
  return (
    <li class="card">
      <div>
        <h2>{id}</h2>
        <small>
          {kind} {target}
        </small>
        <p>
          <b class={`op-state ${state}`}>{texts.publisherStates[state] ?? state}</b>
        </p>
      </div>
      <Facts publisher={publisher} />
      {canOperate && state !== 'paused' && state !== 'stopped' && (
        <div class="op-actions">
          <button
            type="button"
            class="button"
            aria-label={`${texts.tryNow}: ${id}`}
            disabled={state === 'sending'}
            onClick={onTryNow}
          >
            {texts.tryNow}
          </button>
        </div>
      )}
    </li>
  );
}

function Facts({ publisher }: { publisher: PublisherStatus }) {
  const texts = useTexts(WORK_TEXTS);
  const { format } = useView();
  const { lastFailure, failures, nextAttemptAtMs, lagRows, lagSeconds, quarantined } = publisher;
  const number = (value: number) => format.number(value, 0);
  const facts: readonly (readonly [string, string])[] = [
    [texts.sentUpTo, number(publisher.cursor)],
    [texts.lag, texts.lagText(number(lagRows), number(Math.ceil(lagSeconds / 60)))],
    [texts.lastSuccess, instantText(format, publisher.lastSuccessAtMs)],
    [texts.heldBack, number(quarantined.rows)],
  ];
  return (
    <dl class="op-facts">
      {facts.map(([name, text]) => (
        <Fact key={name} name={name} text={text} />
      ))}
      {lastFailure !== undefined && (
        <Fact
          name={texts.lastFailure}
          text={`${instantText(format, lastFailure.atMs)}: ${lastFailure.reason}`}
          isBad={failures > 0}
        />
      )}
      {nextAttemptAtMs !== undefined && (
        <Fact
          name={texts.nextTry}
          text={`${instantText(format, nextAttemptAtMs)} (${texts.failures(failures)})`}
        />
      )}
      {quarantined.nextTryAtMs !== undefined && (
        <Fact name={texts.heldBackNextTry} text={instantText(format, quarantined.nextTryAtMs)} />
      )}
      {quarantined.newest.slice(0, SHOWN_REFUSALS).map(({ rowKey, reason }) => (
        <Fact key={rowKey} name={rowKey} text={reason} isBad />
      ))}
    </dl>
  );
}

/** The rest is in the journal (`pantau publish status`). */
const SHOWN_REFUSALS = 3;

function Fact({ name, text, isBad = false }: { name: string; text: string; isBad?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={isBad ? 'op-fault' : undefined}>{text}</dd>
    </div>
  );
}
