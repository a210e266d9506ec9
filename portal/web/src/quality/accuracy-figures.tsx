/** What was measured of each model against counts by hand. */
import type { AccuracyStatement } from '../../../../pipelines/domain/accuracy/statement.ts';
import { useView } from '../view.ts';

export function AccuracyFigures({ statements }: { statements: readonly AccuracyStatement[] }) {
  const { texts, language } = useView();
  if (statements.length === 0) return <p class="missing">{texts.noAccuracy}</p>;
  return (
    <ul class="accuracy">
      {statements.map(({ modelId, modelSha256, summary, date, limits }) => (
        <li key={modelSha256}>
          <h3>
            <code>{modelId}</code> <small>{date}</small>
          </h3>
          <p>{summary[language]}</p>
          <ul>
            {limits.map((limit) => (
              <li key={limit.id}>{limit[language]}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
