/** What letters and colours of the map mean. */
import { CROWD_LEVEL_LIST, SERVICE_LEVEL_LIST } from '../../../datasets/columns/code-lists.ts';
import { LevelBadge } from '../parts/level-badge.tsx';
import type { Topic } from '../series/measures.ts';
import { useView } from '../view.ts';

export function LevelLegend({ topic }: { topic: Topic }) {
  const { texts, language } = useView();
  const list = topic === 'traffic' ? SERVICE_LEVEL_LIST : CROWD_LEVEL_LIST;
  return (
    <section class="level-legend" aria-label={topic === 'traffic' ? texts.serviceLevel : texts.crowdLevel}>
      <h2>{topic === 'traffic' ? texts.serviceLevel : texts.crowdLevel}</h2>
      <ul>
        {list.codes.map(({ code, label }) => (
          <li key={code}>
            <LevelBadge letter={code} /> <span>{label[language]}</span>
          </li>
        ))}
        <li>
          <LevelBadge letter="•" /> <span>{texts.noLevel}</span>
        </li>
        <li>
          <LevelBadge letter="?" /> <span>{texts.tooLittleSeen}</span>
        </li>
        <li>
          <LevelBadge letter="-" /> <span>{texts.noData}</span>
        </li>
      </ul>
    </section>
  );
}
